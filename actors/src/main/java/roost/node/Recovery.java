// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.claim.ClaimActor;
import roost.claim.ClaimEvent;
import roost.claim.ClaimState;
import roost.journal.JournalExtension;
import roost.journal.JournalScan;

/**
 * Reads the claims back from the journal when a node starts, in one pass and without an actor for
 * each. Blocks on the disk.
 */
final class Recovery {

    /**
     * What the journal holds.
     *
     * @param claims every claim that exists
     * @param highestSequence of all claims that left a trace
     */
    record Claims(List<ClaimState> claims, long highestSequence) {}

    private Recovery() {}

    /**
     * Reads all claims, and forgets those that were released while the node went down.
     *
     * @throws roost.journal.JournalException at the first damaged record, saying what to do
     */
    static Claims claims(JournalExtension.Opened journal) {
        List<ClaimState> claims = new ArrayList<>();
        List<String> released = new ArrayList<>();
        long[] highest = {0};
        JournalScan.scan(
                journal,
                ClaimActor.PERSISTENCE_PREFIX,
                entry -> {
                    highest[0] = Math.max(highest[0], ClaimActor.sequenceOf(entry.persistenceId()));
                    Optional<ClaimState> state = state(entry);
                    state.ifPresent(claims::add);
                    if (state.isEmpty()) {
                        released.add(entry.persistenceId());
                    }
                });
        released.forEach(journal::forget);
        return new Claims(claims, highest[0]);
    }

    private static Optional<ClaimState> state(JournalScan.Entry entry) {
        ClaimState state =
                entry.snapshot().map(snapshot -> (ClaimState) snapshot.state()).orElse(null);
        for (JournalScan.Event event : entry.events()) {
            state = ClaimState.apply(state, (ClaimEvent) event.payload());
        }
        return Optional.ofNullable(state);
    }
}
