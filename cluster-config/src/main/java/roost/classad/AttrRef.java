// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/** A bare name, or one with a leading dot that is looked up in the outermost ad only. */
final class AttrRef extends Expr {
    final AttrName name;
    final boolean absolute;

    AttrRef(AttrName name, boolean absolute) {
        this.name = name;
        this.absolute = absolute;
    }

    /**
     * Looks in this ad, the ads around it, then for a special name, then (old mode) in the other ad
     * of a match. What is found is evaluated where it stands.
     */
    @Override
    Value eval(Evaluation ev, Scope scope) {
        for (Scope s = absolute ? scope.root : scope; s != null; s = s.parent) {
            Expr expr = s.ad.find(name);
            if (expr != null) {
                return expr instanceof Value v ? v : ev.enter(expr, s);
            }
        }
        return absolute ? Value.UNDEFINED : notInScope(ev, scope);
    }

    private Value notInScope(Evaluation ev, Scope scope) {
        if (name.special != SpecialName.NONE) {
            Scope named = name.special.scope(scope, ev.strict);
            if (named != null) {
                return new Value.AdValue(named);
            }
        }
        if (ev.strict) {
            return Value.UNDEFINED;
        }
        Scope other = scope.other();
        if (other != null) {
            Expr expr = other.ad.find(name);
            if (expr != null) {
                return expr instanceof Value v ? v : ev.enter(expr, other);
            }
        }
        return name.special == SpecialName.CURRENT_TIME
                ? Value.Int.of(ev.epochSeconds())
                : Value.UNDEFINED;
    }

    @Override
    int height() {
        return 0;
    }

    @Override
    void print(Printer out) {
        if (absolute) {
            out.raw(".");
        }
        out.name(name.text);
    }

    @Override
    void forEachChild(Consumer<Expr> action) {}

    @Override
    public boolean equals(Object other) {
        return other instanceof AttrRef r && r.absolute == absolute && r.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hash;
    }
}
