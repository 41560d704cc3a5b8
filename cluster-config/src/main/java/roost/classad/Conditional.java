// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Objects;
import java.util.function.Consumer;

/** {@code c ? a : b}; or {@code c ?: b}, which is c unless c is undefined. */
final class Conditional extends Expr {
    final Expr condition;

    /** Null in the short form. */
    final Expr yes;

    final Expr no;
    private final int height;

    Conditional(Expr condition, Expr yes, Expr no) {
        this.condition = condition;
        this.yes = yes;
        this.no = no;
        int arms = yes == null ? no.height() : Math.max(yes.height(), no.height());
        this.height = Math.max(condition.height(), arms) + 1;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        ev.steps--;
        Value value = condition.eval(ev, scope);
        if (yes == null) {
            return value.isUndefined() ? no.eval(ev, scope) : value;
        }
        if (value.isUndefined()) {
            return value;
        }
        Value.Bool truth = Operators.truth(value, ev.strict);
        if (truth == null) {
            return Value.ERROR;
        }
        return (truth.value() ? yes : no).eval(ev, scope);
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        condition.print(out);
        if (yes == null) {
            out.raw(" ?: ");
        } else {
            out.raw(" ? ");
            yes.print(out);
            out.raw(" : ");
        }
        no.print(out);
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        action.accept(condition);
        if (yes != null) {
            action.accept(yes);
        }
        action.accept(no);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Conditional c
                && c.condition.equals(condition)
                && Objects.equals(c.yes, yes)
                && c.no.equals(no);
    }

    @Override
    public int hashCode() {
        return Objects.hash(condition, yes, no);
    }
}
