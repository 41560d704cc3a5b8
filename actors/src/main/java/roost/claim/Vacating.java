// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.accept;

import roost.claim.Decision.Answer;

/**
 * The claim's job was asked to end and has its vacate time to do so.
 *
 * @param started when the job was activated, Unix milliseconds
 * @param release whether the claim goes with the job
 * @param cause who or what ended it, for people
 */
public record Vacating(
        Claim claim, long since, long started, Activation activation, boolean release, String cause)
        implements Evicting {

    @Override
    public Vacating with(Claim changed) {
        return new Vacating(changed, since, started, activation, release, cause);
    }

    @Override
    public Decision deactivate(boolean fast, String by, Moment now) {
        return fast ? end(true, release, by, now) : accept(Answer.WHEN_JOB_GONE);
    }

    @Override
    public Decision release(boolean fast, String by, Moment now) {
        return fast || !release ? end(fast, true, by, now) : accept(Answer.WHEN_JOB_GONE);
    }
}
