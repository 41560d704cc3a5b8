// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.accept;
import static roost.claim.Decision.invalidState;

import roost.claim.Decision.Answer;

/**
 * The claim's job is stopped; a batch job may use the slot.
 *
 * @param started when the job was activated, Unix milliseconds
 */
public record Suspended(Claim claim, long since, long started, Activation activation)
        implements Active {

    @Override
    public Suspended with(Claim changed) {
        return new Suspended(changed, since, started, activation);
    }

    @Override
    public Decision suspend(Moment now) {
        return invalidState("Claim is already suspended", "nothing needs to be done");
    }

    @Override
    public Decision resume(Moment now) {
        return accept(Answer.WHEN_DONE, new ClaimEvent.JobResumed(now.wallMillis()));
    }

    @Override
    public Decision deactivate(boolean fast, String cause, Moment now) {
        return end(fast, false, cause, now);
    }

    @Override
    public Decision release(boolean fast, String cause, Moment now) {
        return end(fast, true, cause, now);
    }

    @Override
    public ClaimState next(ClaimEvent event) {
        if (event instanceof ClaimEvent.JobResumed resumed) {
            return new Running(claim, resumed.at(), started, activation);
        }
        return ending(event, false);
    }
}
