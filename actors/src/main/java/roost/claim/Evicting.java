// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.invalidState;

/** What the two states whose job is on its way out share. */
sealed interface Evicting extends Active permits Vacating, Killing {

    /** Whether the claim goes with the job. */
    boolean release();

    /** Who or what ended the job, for people. */
    String cause();

    @Override
    default Decision suspend(Moment now) {
        return evicted("suspend");
    }

    @Override
    default Decision resume(Moment now) {
        return evicted("resume");
    }

    @Override
    default ClaimState next(ClaimEvent event) {
        return ending(event, release());
    }

    private Decision evicted(String verb) {
        return invalidState(
                "Cannot " + verb + " a claim that is being evicted (" + text() + ")",
                "wait until its job is gone");
    }
}
