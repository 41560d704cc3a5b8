// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.Optional;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.classad.Expr;
import roost.classad.Match;
import roost.classad.Value;

/**
 * The job's own policy expressions: OnExitHold, OnExitRemove, PeriodicHold, PeriodicRelease and
 * PeriodicRemove. Pure. An expression that is undefined or an error does nothing, except that
 * OnExitRemove then counts as true. Source: HTCondor manual, condor_submit.
 */
final class JobPolicy {
    /** A decision with the text that explains it. */
    record Verdict(JobChange.Fate fate, String reason) {}

    private JobPolicy() {}

    /**
     * What becomes of a job whose program ended by itself.
     *
     * @param ad the job's ad, with ExitBySignal and ExitCode or ExitSignal of this end in it
     */
    static Verdict atExit(ClassAd ad) {
        if (isTrue(ad, "OnExitHold")) {
            return new Verdict(JobChange.Fate.HOLD, became("OnExitHold", ad, true));
        }
        if (isFalse(ad, "OnExitRemove")) {
            return new Verdict(JobChange.Fate.REQUEUE, became("OnExitRemove", ad, false));
        }
        return new Verdict(JobChange.Fate.COMPLETE, "");
    }

    /** What should be done now to a job in the queue, if anything. */
    static Optional<Action> periodically(ClassAd ad, int status) {
        if (isTrue(ad, "PeriodicRemove")) {
            return Optional.of(new Action(Kind.REMOVE, became("PeriodicRemove", ad, true)));
        }
        if (status == JobStatus.HELD) {
            return isTrue(ad, "PeriodicRelease")
                    ? Optional.of(new Action(Kind.RELEASE, became("PeriodicRelease", ad, true)))
                    : Optional.empty();
        }
        return isTrue(ad, "PeriodicHold")
                ? Optional.of(new Action(Kind.HOLD, became("PeriodicHold", ad, true)))
                : Optional.empty();
    }

    /** What a periodic expression asks for. */
    enum Kind {
        HOLD,
        RELEASE,
        REMOVE
    }

    /** A periodic expression that became true, with HTCondor's text for it. */
    record Action(Kind kind, String reason) {}

    private static boolean isTrue(ClassAd ad, String attribute) {
        Expr condition = ad.lookup(attribute);
        return condition != null && Match.holds(condition, ad, null, EvalContext.DEFAULT);
    }

    /** Whether the expression is there and says no; one that cannot be evaluated does not. */
    private static boolean isFalse(ClassAd ad, String attribute) {
        return ad.evaluate(attribute) == Value.Bool.FALSE;
    }

    private static String became(String attribute, ClassAd ad, boolean value) {
        return "The job attribute "
                + attribute
                + " expression '"
                + ad.lookup(attribute)
                + "' evaluated to "
                + (value ? "TRUE" : "FALSE");
    }
}
