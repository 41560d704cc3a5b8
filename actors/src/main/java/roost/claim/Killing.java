// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.accept;

import roost.claim.Decision.Answer;

/**
 * The claim's job is being killed.
 *
 * @param started when the job was activated, Unix milliseconds
 * @param release whether the claim goes with the job
 * @param cause who or what ended it, for people
 */
public record Killing(
        Claim claim, long since, long started, Activation activation, boolean release, String cause)
        implements Evicting {

    @Override
    public Killing with(Claim changed) {
        return new Killing(changed, since, started, activation, release, cause);
    }

    @Override
    public Decision deactivate(boolean fast, String by, Moment now) {
        return accept(Answer.WHEN_JOB_GONE);
    }

    @Override
    public Decision release(boolean fast, String by, Moment now) {
        return release ? accept(Answer.WHEN_JOB_GONE) : end(true, true, by, now);
    }
}
