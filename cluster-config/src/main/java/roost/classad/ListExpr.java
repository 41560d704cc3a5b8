// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Arrays;
import java.util.function.Consumer;

/** {@code {a, b}} as written. */
final class ListExpr extends Expr {
    final Expr[] elements;
    private final int height;

    /** The value, where it depends on nothing; shared by all evaluations. */
    private final Value.ListValue constant;

    /** Takes over {@code elements}. */
    ListExpr(Expr[] elements) {
        this.elements = elements;
        this.height = heightOf(elements);
        boolean allValues = true;
        for (Expr element : elements) {
            allValues &= element instanceof Value;
        }
        this.constant = allValues ? new Value.ListValue(elements, null) : null;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        ev.steps--;
        return constant != null ? constant : new Value.ListValue(elements, scope);
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        print(elements, out);
    }

    static void print(Expr[] elements, Printer out) {
        out.raw("{ ");
        for (int i = 0; i < elements.length; i++) {
            if (i > 0) {
                out.raw(",");
            }
            elements[i].print(out);
        }
        out.raw(" }");
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        for (Expr element : elements) {
            action.accept(element);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListExpr l && Arrays.equals(l.elements, elements);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(elements);
    }
}
