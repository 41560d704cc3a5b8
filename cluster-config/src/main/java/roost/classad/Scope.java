// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * An ad in its place: which ad it was written inside of, and which ad it is being matched with.
 * Expressions know neither; they are given the scope they are evaluated in.
 */
final class Scope {
    final ClassAd ad;
    final Scope parent;
    final Scope root;
    final EvalContext context;

    /** The other side of a match; set once, on roots only, before evaluation starts. */
    private Scope other;

    /** An outermost ad. */
    Scope(ClassAd ad, EvalContext context) {
        this.ad = ad;
        this.parent = null;
        this.root = this;
        this.context = context;
    }

    /** An ad written inside another. */
    Scope(ClassAd ad, Scope parent) {
        this.ad = ad;
        this.parent = parent;
        this.root = parent.root;
        this.context = parent.context;
    }

    Scope other() {
        return root.other;
    }

    /** Makes the two ads see each other as TARGET. */
    static void join(Scope a, Scope b) {
        a.other = b;
        b.other = a;
    }

    /** Whether an ad on the way to the root has an attribute named like a special name. */
    boolean shadowsSpecialNames() {
        for (Scope s = this; s != null; s = s.parent) {
            if (s.ad.shape.shadowsSpecialNames) {
                return true;
            }
        }
        return false;
    }
}
