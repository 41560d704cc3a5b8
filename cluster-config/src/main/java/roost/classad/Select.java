// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/** {@code base.name}. */
final class Select extends Expr {
    final Expr base;
    final AttrName name;

    /** Which ad the base names when it is {@code MY}, {@code TARGET} and the like. */
    final SpecialName scopeName;

    private final int height;

    Select(Expr base, AttrName name) {
        this.base = base;
        this.name = name;
        this.scopeName =
                base instanceof AttrRef ref && !ref.absolute ? ref.name.special : SpecialName.NONE;
        this.height = base.height() + 1;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        ev.steps--;
        if (scopeName != SpecialName.NONE && !scope.shadowsSpecialNames()) {
            Scope named = scopeName.scope(scope, ev.strict);
            if (named != null) {
                Expr expr = named.ad.find(name);
                if (expr == null) {
                    return Value.UNDEFINED;
                }
                return expr instanceof Value v ? v : ev.enter(expr, named);
            }
        }
        return select(base.eval(ev, scope), ev, 0);
    }

    /** Selection over a list gives the list of the selections. */
    private Value select(Value from, Evaluation ev, int depth) {
        if (from instanceof Value.AdValue record) {
            return record.attribute(ev, name);
        }
        if (from instanceof Value.ListValue list) {
            if (depth > Limits.NESTING || !ev.charge(list.size()) || !ev.descend()) {
                return Value.ERROR;
            }
            Expr[] selected = new Expr[list.size()];
            for (int i = 0; i < selected.length; i++) {
                selected[i] = select(list.element(ev, i), ev, depth + 1);
            }
            ev.ascend();
            return new Value.ListValue(selected, null);
        }
        return from.isUndefined() ? from : Value.ERROR;
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        base.print(out);
        // Otherwise the dot would belong to the number.
        out.raw(base instanceof Value ? " ." : ".");
        out.name(name.text);
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        action.accept(base);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Select s && s.name.equals(name) && s.base.equals(base);
    }

    @Override
    public int hashCode() {
        return base.hashCode() * 31 + name.hash;
    }
}
