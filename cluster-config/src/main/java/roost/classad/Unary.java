// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/** {@code !x}, {@code ~x}, {@code +x}, {@code -x}. */
final class Unary extends Expr {
    enum Op {
        NOT("!"),
        COMPLEMENT("~"),
        PLUS("+"),
        MINUS("-");

        final String symbol;

        Op(String symbol) {
            this.symbol = symbol;
        }
    }

    final Op op;
    final Expr operand;
    private final int height;

    Unary(Op op, Expr operand) {
        this.op = op;
        this.operand = operand;
        this.height = operand.height() + 1;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        ev.steps--;
        return Operators.unary(op, operand.eval(ev, scope), ev.strict);
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        out.raw(op.symbol);
        operand.print(out);
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        action.accept(operand);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Unary u && u.op == op && u.operand.equals(operand);
    }

    @Override
    public int hashCode() {
        return operand.hashCode() * 31 + op.symbol.hashCode();
    }
}
