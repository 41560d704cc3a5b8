// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static roost.claim.Decision.accept;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;
import roost.claim.Decision.Answer;

/**
 * Where a claim stands, and the pure functions from there on: one record a state, each answering
 * every verb.
 *
 * <p>Transitions and their causes:
 *
 * <pre>
 * Idle       -> Running     activate
 * Running    -> Suspended   suspend
 * Suspended  -> Running     resume
 * Running, Suspended           -> Vacating   deactivate, release
 * Running, Suspended, Vacating -> Killing    deactivate -fast, release -fast, lease over
 * any but Idle -> Idle      the job is gone
 * any -> (none)             released: at once when Idle, otherwise when the job is gone
 * </pre>
 *
 * Source: htcondor claim.cpp, cod_mgr.cpp. Two things differ on purpose: a release that is under
 * way cannot be undone by a later deactivate, and everybody who waits for the job's end is
 * answered.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Idle.class, name = "Idle"),
    @JsonSubTypes.Type(value = Running.class, name = "Running"),
    @JsonSubTypes.Type(value = Suspended.class, name = "Suspended"),
    @JsonSubTypes.Type(value = Vacating.class, name = "Vacating"),
    @JsonSubTypes.Type(value = Killing.class, name = "Killing")
})
public sealed interface ClaimState extends ClaimRecord permits Idle, Active {

    Claim claim();

    /** When this state was entered, Unix milliseconds. */
    long since();

    /** The run that is under way; none when idle. */
    default Optional<Activation> run() {
        return Optional.empty();
    }

    /** HTCondor's word for the state. */
    default String text() {
        return getClass().getSimpleName();
    }

    /** The same state of a claim whose facts changed. */
    ClaimState with(Claim claim);

    Decision activate(Activation activation, Moment now);

    Decision suspend(Moment now);

    Decision resume(Moment now);

    Decision deactivate(boolean fast, String cause, Moment now);

    Decision release(boolean fast, String cause, Moment now);

    Decision delegate(String path);

    /** The job is gone, or never came to be. */
    Decision jobGone(String how, boolean failed, Moment now);

    /**
     * Renewing always succeeds, in any state, lease or none. Source: htcondor command.cpp,
     * caRenewLease.
     */
    default Decision renew(Moment now) {
        return claim().lease()
                .map(lease -> accept(Answer.NOW, new ClaimEvent.Renewed(lease.renew(now))))
                .orElseGet(() -> accept(Answer.NOW));
    }

    /** The lease may be over. If it is, an idle claim goes and an active one is killed first. */
    default Decision leaseDue(Moment now) {
        boolean over = claim().lease().map(lease -> lease.isOver(now)).orElse(false);
        return over ? release(true, "lease expired", now) : accept(Answer.NOW);
    }

    /**
     * The state after an event; null when the claim is gone. An event that does not fit the state
     * throws: it can only be a bug or a damaged journal.
     */
    static ClaimState apply(ClaimState state, ClaimEvent event) {
        if (state == null) {
            if (event instanceof ClaimEvent.Requested r) {
                Claim claim =
                        new Claim(
                                r.id(),
                                r.slot(),
                                r.user(),
                                r.domain(),
                                r.clientHost(),
                                r.lease(),
                                0,
                                Optional.empty());
                return new Idle(claim, r.at(), Optional.empty());
            }
            throw new IllegalStateException(
                    "a claim that does not exist cannot take " + event.getClass().getSimpleName());
        }
        if (event instanceof ClaimEvent.Renewed renewed) {
            return state.with(state.claim().withLease(Optional.of(renewed.lease())));
        }
        if (event instanceof ClaimEvent.Delegated delegated) {
            return state.with(state.claim().withProxy(delegated.path()));
        }
        if (event instanceof ClaimEvent.Released) {
            return null;
        }
        return state.next(event);
    }

    /** The part of {@link #apply} that depends on the state. */
    ClaimState next(ClaimEvent event);

    /** For an event that cannot happen in this state. */
    default IllegalStateException unexpected(ClaimEvent event) {
        return new IllegalStateException(
                "claim "
                        + claim().id()
                        + " is "
                        + text()
                        + " and cannot take "
                        + event.getClass().getSimpleName());
    }
}
