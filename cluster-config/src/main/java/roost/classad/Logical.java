// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A chain {@code a && b && c} or {@code a || b || c}, flat: the operators associate to the left, so
 * going through the terms in order gives the same answer as the tree would, without the depth
 * (generated requirements have chains of thousands).
 */
final class Logical extends Expr {
    final boolean and;
    final Expr[] terms;
    private final int height;

    /** Takes over {@code terms}, at least two. */
    Logical(boolean and, Expr[] terms) {
        this.and = and;
        this.terms = terms;
        this.height = heightOf(terms);
    }

    /**
     * Three-valued logic, from left to right. The term that decides (false for and, true for or)
     * ends it, and so does an error; undefined on the left does not, because a later term may still
     * decide.
     */
    @Override
    Value eval(Evaluation ev, Scope scope) {
        boolean undefined = false;
        for (Expr term : terms) {
            ev.steps--;
            Value value = term.eval(ev, scope);
            if (value == Value.Bool.TRUE) {
                if (!and) {
                    return value;
                }
            } else if (value == Value.Bool.FALSE) {
                if (and) {
                    return value;
                }
            } else if (value == Value.UNDEFINED) {
                undefined = true;
            } else {
                Value.Bool truth = Operators.truth(value, ev.strict);
                if (truth == null) {
                    return Value.ERROR;
                }
                if (truth.value() != and) {
                    return truth;
                }
            }
        }
        return undefined ? Value.UNDEFINED : Value.Bool.of(and);
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        String symbol = and ? " && " : " || ";
        for (int i = 0; i < terms.length; i++) {
            if (i > 0) {
                out.raw(symbol);
            }
            terms[i].print(out);
        }
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        for (Expr term : terms) {
            action.accept(term);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Logical l && l.and == and && Arrays.equals(l.terms, terms);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(terms) * 2 + (and ? 1 : 0);
    }
}
