// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/** An operator with two operands, both always evaluated. */
final class Binary extends Expr {
    /**
     * The kinds differ in how they treat operands; the level is the precedence, high binds more.
     */
    enum Op {
        MULTIPLY("*", 10),
        DIVIDE("/", 10),
        MODULUS("%", 10),
        ADD("+", 9),
        SUBTRACT("-", 9),
        SHIFT_LEFT("<<", 8),
        SHIFT_RIGHT(">>", 8),
        SHIFT_RIGHT_UNSIGNED(">>>", 8),
        LESS("<", 7),
        LESS_EQUAL("<=", 7),
        GREATER_EQUAL(">=", 7),
        GREATER(">", 7),
        EQUAL("==", 6),
        NOT_EQUAL("!=", 6),
        META_EQUAL("=?=", 6),
        META_NOT_EQUAL("=!=", 6),
        AND("&", 5),
        XOR("^", 4),
        OR("|", 3);

        final String symbol;
        final int level;

        Op(String symbol, int level) {
            this.symbol = symbol;
            this.level = level;
        }
    }

    final Op op;
    final Expr left;
    final Expr right;
    private final int height;

    Binary(Op op, Expr left, Expr right) {
        this.op = op;
        this.left = left;
        this.right = right;
        this.height = Math.max(left.height(), right.height()) + 1;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        ev.steps--;
        return Operators.binary(op, left.eval(ev, scope), right.eval(ev, scope));
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        left.print(out);
        out.raw(" ");
        out.raw(op.symbol);
        out.raw(" ");
        right.print(out);
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        action.accept(left);
        action.accept(right);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Binary b
                && b.op == op
                && b.left.equals(left)
                && b.right.equals(right);
    }

    @Override
    public int hashCode() {
        return (left.hashCode() * 31 + op.symbol.hashCode()) * 31 + right.hashCode();
    }
}
