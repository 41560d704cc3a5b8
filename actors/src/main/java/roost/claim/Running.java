// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.accept;
import static roost.claim.Decision.invalidState;

import roost.claim.Decision.Answer;

/**
 * The claim's job runs, or is about to.
 *
 * @param started when the job was activated, Unix milliseconds
 */
public record Running(Claim claim, long since, long started, Activation activation)
        implements Active {

    @Override
    public Running with(Claim changed) {
        return new Running(changed, since, started, activation);
    }

    @Override
    public Decision suspend(Moment now) {
        return accept(Answer.WHEN_DONE, new ClaimEvent.JobSuspended(now.wallMillis()));
    }

    @Override
    public Decision resume(Moment now) {
        return invalidState("Claim is already running", "nothing needs to be done");
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
        if (event instanceof ClaimEvent.JobSuspended suspended) {
            return new Suspended(claim, suspended.at(), started, activation);
        }
        return ending(event, false);
    }
}
