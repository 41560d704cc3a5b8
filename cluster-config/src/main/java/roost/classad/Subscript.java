// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/** {@code base[index]}: an element of a list by number, or of a record by name. */
final class Subscript extends Expr {
    final Expr base;
    final Expr index;
    private final int height;

    Subscript(Expr base, Expr index) {
        this.base = base;
        this.index = index;
        this.height = Math.max(base.height(), index.height()) + 1;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        ev.steps--;
        Value from = base.eval(ev, scope);
        if (from.isError()) {
            return from;
        }
        Value at = index.eval(ev, scope);
        if (at.isError()) {
            return at;
        }
        if (from.isUndefined() || at.isUndefined()) {
            return Value.UNDEFINED;
        }
        if (from instanceof Value.ListValue list && at instanceof Value.Int i) {
            return i.value() >= 0 && i.value() < list.size()
                    ? list.element(ev, (int) i.value())
                    : Value.ERROR;
        }
        if (from instanceof Value.AdValue record && at instanceof Value.Str s) {
            AttrName name = AttrName.of(s.value());
            // Unlike selection, a subscript that is not there is a mistake.
            return record.ad().find(name) == null ? Value.ERROR : record.attribute(ev, name);
        }
        return Value.ERROR;
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        base.print(out);
        out.raw("[");
        index.print(out);
        out.raw("]");
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        action.accept(base);
        action.accept(index);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Subscript s && s.base.equals(base) && s.index.equals(index);
    }

    @Override
    public int hashCode() {
        return base.hashCode() * 31 + index.hashCode() + 1;
    }
}
