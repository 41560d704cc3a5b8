// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/** {@code [a = 1; b = 2]} as written. */
final class AdExpr extends Expr {
    final ClassAd ad;
    private final int height;

    AdExpr(ClassAd ad) {
        this.ad = ad;
        this.height = ad.height() + 1;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        ev.steps--;
        return new Value.AdValue(new Scope(ad, scope));
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        out.record(ad);
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        ad.forEach((name, expr) -> action.accept(expr));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdExpr a && a.ad.equals(ad);
    }

    @Override
    public int hashCode() {
        return ad.hashCode();
    }
}
