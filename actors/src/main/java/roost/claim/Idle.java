// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.accept;
import static roost.claim.Decision.invalidState;

import java.util.Optional;
import roost.claim.Decision.Answer;

/**
 * The claim has no job.
 *
 * @param trouble why the last activation could not start its job, if it could not
 */
public record Idle(Claim claim, long since, Optional<String> trouble) implements ClaimState {

    @Override
    public Idle with(Claim changed) {
        return new Idle(changed, since, trouble);
    }

    @Override
    public Decision activate(Activation activation, Moment now) {
        return accept(Answer.WHEN_DONE, new ClaimEvent.Activated(now.wallMillis(), activation));
    }

    @Override
    public Decision suspend(Moment now) {
        return invalidState("Cannot suspend an inactive claim", "activate it first");
    }

    @Override
    public Decision resume(Moment now) {
        return invalidState("Cannot resume an inactive claim", "activate it first");
    }

    @Override
    public Decision deactivate(boolean fast, String cause, Moment now) {
        return invalidState(
                "Cannot deactivate a claim that is not active (Idle)",
                "its job has ended already; release gives the claim back");
    }

    @Override
    public Decision release(boolean fast, String cause, Moment now) {
        return accept(Answer.NOW, new ClaimEvent.Released(now.wallMillis(), cause));
    }

    @Override
    public Decision delegate(String path) {
        return accept(Answer.NOW, new ClaimEvent.Delegated(path));
    }

    @Override
    public Decision jobGone(String how, boolean failed, Moment now) {
        return accept(Answer.NOW);
    }

    @Override
    public ClaimState next(ClaimEvent event) {
        if (event instanceof ClaimEvent.Activated activated) {
            return new Running(
                    claim.activated(activated.activation()),
                    activated.at(),
                    activated.at(),
                    activated.activation());
        }
        throw unexpected(event);
    }
}
