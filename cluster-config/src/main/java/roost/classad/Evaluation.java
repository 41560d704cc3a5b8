// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.SplittableRandom;

/**
 * The running state of one evaluation: what it may still spend, and the answers that must not
 * change while it runs. Used by one thread, thrown away afterwards.
 *
 * <p>Running out of depth or steps fails the evaluation as a whole: whatever is left of it is
 * skipped and its result is {@code error}, as HTCondor does with circular references.
 */
final class Evaluation {
    private static final int LEVEL = 2; // a level's frame is as large as two of an expression's

    final EvalContext context;
    final boolean strict;
    private int references;
    private int depth;
    private boolean failed;
    private boolean timeKnown;
    private long epochSeconds;
    private SplittableRandom random;

    /** What is left; operators count it down, and {@link #enter} and {@link #charge} look. */
    int steps = Limits.STEPS;

    Evaluation(EvalContext context) {
        this.context = context;
        this.strict = context.mode() == Mode.STRICT;
    }

    /** Evaluates to the end; the one way in from outside. */
    Value run(Expr expr, Scope scope) {
        Value value = enter(expr, scope);
        return failed ? Value.ERROR : value;
    }

    /** Follows a reference to an expression that stands somewhere else. */
    Value enter(Expr expr, Scope scope) {
        // This frame and that of the reference come on top of the expression's own.
        int height = expr.height() + 2;
        if (failed
                || --steps < 0
                || references >= Limits.REFERENCE_DEPTH
                || depth + height > Limits.EVALUATION_DEPTH) {
            failed = true;
            return Value.ERROR;
        }
        references++;
        depth += height;
        Value value = expr.eval(this, scope);
        depth -= height;
        references--;
        return value;
    }

    /**
     * Goes a level down into a value, where expressions may be entered again: its levels need stack
     * as an expression's do. False when that is too deep; else {@link #ascend} undoes it.
     */
    boolean descend() {
        if (failed || depth + LEVEL > Limits.EVALUATION_DEPTH) {
            failed = true;
            return false;
        }
        depth += LEVEL;
        return true;
    }

    void ascend() {
        depth -= LEVEL;
    }

    /** Spends {@code count} steps; false when there are not that many left. */
    boolean charge(int count) {
        if (failed || (steps -= count) < 0) {
            failed = true;
            return false;
        }
        return true;
    }

    /** Spends steps for looking at a text: a block of characters costs as much as an operator. */
    boolean chargeText(long chars) {
        return charge((int) Math.min(Limits.STEPS + 1, 1 + chars / 16));
    }

    /** The time of this evaluation in seconds; the same at every call. */
    long epochSeconds() {
        if (!timeKnown) {
            epochSeconds = context.clock().instant().getEpochSecond();
            timeKnown = true;
        }
        return epochSeconds;
    }

    SplittableRandom random() {
        if (random == null) {
            random =
                    context.seed().isPresent()
                            ? new SplittableRandom(context.seed().getAsLong())
                            : new SplittableRandom();
        }
        return random;
    }
}
