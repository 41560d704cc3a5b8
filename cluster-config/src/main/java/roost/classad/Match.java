// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * Whether two ads want each other.
 *
 * <p>A requirement holds when it evaluates to true, or in old mode to a number that is not zero;
 * undefined, error, and no requirement at all do not hold. Source: HTCondor manual 8.9, "ClassAd
 * Evaluation Semantics", and for the half match its COD request.
 */
public final class Match {
    static final AttrName REQUIREMENTS = AttrName.of("Requirements");
    private static final AttrName RANK = AttrName.of("Rank");

    private Match() {}

    /** Whether the Requirements of both ads hold, each with the other as TARGET. */
    public static boolean matches(ClassAd a, ClassAd b) {
        return matches(a, b, EvalContext.DEFAULT);
    }

    public static boolean matches(ClassAd a, ClassAd b, EvalContext context) {
        return halfMatches(a, b, context) && halfMatches(b, a, context);
    }

    /**
     * Whether the request's Requirements hold with the slot ad as TARGET; what the slot wants is
     * not asked.
     */
    public static boolean halfMatches(ClassAd request, ClassAd slot) {
        return halfMatches(request, slot, EvalContext.DEFAULT);
    }

    public static boolean halfMatches(ClassAd request, ClassAd slot, EvalContext context) {
        Expr requirements = request.find(REQUIREMENTS);
        return requirements != null && holds(requirements, request, slot, context);
    }

    /** Whether a condition holds in {@code my} with {@code target} as TARGET (or null). */
    public static boolean holds(Expr condition, ClassAd my, ClassAd target, EvalContext context) {
        Value value = Evaluator.evaluate(condition, my, target, context);
        Value.Bool truth = Operators.truth(value, context.mode() == Mode.STRICT);
        return truth == Value.Bool.TRUE;
    }

    /** How much {@code my} likes {@code target}: its Rank as a number, 0 where it is none. */
    public static double rank(ClassAd my, ClassAd target) {
        return rank(my, target, EvalContext.DEFAULT);
    }

    public static double rank(ClassAd my, ClassAd target, EvalContext context) {
        Expr rank = my.find(RANK);
        if (rank == null) {
            return 0;
        }
        Value value = Evaluator.evaluate(rank, my, target, context);
        return value instanceof Value.Int
                        || value instanceof Value.Real
                        || value instanceof Value.Bool
                ? Operators.toDouble(value)
                : 0;
    }
}
