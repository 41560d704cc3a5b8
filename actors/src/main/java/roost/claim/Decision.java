// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.util.List;
import roost.api.CaResult;

/**
 * What a claim does about a request or an occurrence: the result of a pure function on its state.
 */
public sealed interface Decision {

    /** When the caller is answered, once the events are durable. */
    enum Answer {
        /** At once. */
        NOW,
        /** When the job's starter has done its part, or failed to. */
        WHEN_DONE,
        /** When the job is gone. */
        WHEN_JOB_GONE
    }

    /**
     * It is done.
     *
     * @param events to be made durable, in order; none if nothing changes
     */
    record Accept(List<ClaimEvent> events, Answer answer) implements Decision {}

    /**
     * It is not done, and nothing changes.
     *
     * @param error HTCondor's text
     * @param hint what the user can do
     */
    record Refuse(CaResult result, String error, String hint) implements Decision {}

    static Decision accept(Answer answer, ClaimEvent... events) {
        return new Accept(List.of(events), answer);
    }

    static Decision invalidState(String error, String hint) {
        return new Refuse(CaResult.INVALID_STATE, error, hint);
    }
}
