// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/** Parentheses, kept because an expression prints as it was written. */
final class Paren extends Expr {
    final Expr inner;
    private final int height;

    Paren(Expr inner) {
        this.inner = inner;
        this.height = inner.height() + 1;
    }

    /** The expression without the parentheses around it. */
    static Expr strip(Expr expr) {
        Expr e = expr;
        while (e instanceof Paren p) {
            e = p.inner;
        }
        return e;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        return inner.eval(ev, scope);
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        out.raw("(");
        inner.print(out);
        out.raw(")");
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        action.accept(inner);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Paren p && p.inner.equals(inner);
    }

    @Override
    public int hashCode() {
        return inner.hashCode() + 7;
    }
}
