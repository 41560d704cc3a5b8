// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.accept;
import static roost.claim.Decision.invalidState;

import java.util.Optional;
import roost.claim.Decision.Answer;

/** What the four states that have a job share. */
sealed interface Active extends ClaimState permits Running, Suspended, Evicting {

    Activation activation();

    /** When the job was activated, Unix milliseconds. */
    long started();

    @Override
    default Optional<Activation> run() {
        return Optional.of(activation());
    }

    @Override
    default Decision activate(Activation ignored, Moment now) {
        return invalidState(
                "Cannot activate claim: already active (" + text() + ")",
                "deactivate it first, or request another claim");
    }

    @Override
    default Decision delegate(String path) {
        return invalidState(
                "Cannot delegate a proxy to a claim that is active (" + text() + ")",
                "deactivate it first");
    }

    /** The claim falls back to Idle, or goes if it was to go with its job. */
    @Override
    default Decision jobGone(String how, boolean failed, Moment now) {
        return accept(Answer.NOW, new ClaimEvent.JobEnded(now.wallMillis(), how, failed));
    }

    default Decision end(boolean fast, boolean release, String cause, Moment now) {
        return accept(
                Answer.WHEN_JOB_GONE,
                new ClaimEvent.EndRequested(now.wallMillis(), fast, release, cause));
    }

    /**
     * The state after an event that ends the job.
     *
     * @param released whether an earlier request already said that the claim goes too
     */
    default ClaimState ending(ClaimEvent event, boolean released) {
        if (event instanceof ClaimEvent.EndRequested end) {
            boolean release = end.release() || released;
            Class<?> next = end.fast() ? Killing.class : Vacating.class;
            long at = next.isInstance(this) ? since() : end.at();
            return end.fast()
                    ? new Killing(claim(), at, started(), activation(), release, end.cause())
                    : new Vacating(claim(), at, started(), activation(), release, end.cause());
        }
        if (event instanceof ClaimEvent.JobEnded ended) {
            return released
                    ? null
                    : new Idle(
                            claim(),
                            ended.at(),
                            ended.failed() ? Optional.of(ended.how()) : Optional.empty());
        }
        throw unexpected(event);
    }
}
