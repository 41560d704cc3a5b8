// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.util.Optional;
import roost.id.ClaimId;
import roost.id.SlotName;

/**
 * A claim as others may see it.
 *
 * @param id keep the cookie to its owner
 * @param state HTCondor's word
 * @param since when that state was entered, Unix milliseconds
 * @param run what is published about the job, while there is one
 * @param trouble why the last activation could not start its job, if it could not
 */
public record ClaimView(
        ClaimId id,
        SlotName slot,
        String user,
        String clientHost,
        String state,
        long since,
        Optional<Run> run,
        Optional<String> trouble) {

    /**
     * What is published about a claim's job.
     *
     * @param user who the job ad says it is for, which is shown instead of the claim's user
     * @param started Unix milliseconds
     */
    public record Run(
            Optional<String> user,
            Optional<String> accountingGroup,
            Optional<String> keyword,
            String jobId,
            long started) {}

    static ClaimView of(ClaimState state) {
        Claim claim = state.claim();
        return new ClaimView(
                claim.id(),
                claim.slot(),
                claim.user(),
                claim.clientHost(),
                state.text(),
                state.since(),
                state instanceof Active active ? Optional.of(run(active)) : Optional.empty(),
                state instanceof Idle idle ? idle.trouble() : Optional.empty());
    }

    /** The same, sharing with an earlier view what never changes: there may be very many. */
    ClaimView sameClaimAs(ClaimView earlier) {
        return new ClaimView(
                earlier.id,
                earlier.slot,
                earlier.user,
                earlier.clientHost,
                state,
                since,
                run,
                trouble);
    }

    private static Run run(Active state) {
        Activation activation = state.activation();
        return new Run(
                activation.job().getString("User"),
                activation.job().getString("AccountingGroup"),
                activation.keyword(),
                activation.jobIdText(),
                state.started());
    }
}
