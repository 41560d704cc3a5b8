// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * Evaluates expressions. None of these methods throws, whatever the expression: what cannot be
 * computed is the value {@code error}.
 */
public final class Evaluator {
    private Evaluator() {}

    /** Evaluates with the default context and no other ad. */
    public static Value evaluate(Expr expr, ClassAd my) {
        return evaluate(expr, my, null, EvalContext.DEFAULT);
    }

    /**
     * Evaluates {@code expr} as if it stood in {@code my}.
     *
     * @param target what TARGET means, or null
     */
    public static Value evaluate(Expr expr, ClassAd my, ClassAd target, EvalContext context) {
        if (expr instanceof Value value) {
            return value;
        }
        return new Evaluation(context).run(expr, scope(my, target, context));
    }

    static Scope scope(ClassAd my, ClassAd target, EvalContext context) {
        Scope scope = new Scope(my, context);
        if (target != null) {
            Scope.join(scope, new Scope(target, context));
        }
        return scope;
    }
}
