// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.SlotName;
import roost.match.Matchmaker;
import roost.slot.SlotActor.SlotUpdate;

@Timeout(20)
class KnownSlotsTest {
    private static final SlotName OWN = new SlotName(1, "here");
    private static final SlotName OTHER = new SlotName(1, "there");

    private final KnownSlots slots = new KnownSlots("here");
    private final TreeSet<Matchmaker.Waiting> waiting = new TreeSet<>(Matchmaker.ORDER);

    private void free(SlotName name) {
        ClassAd ad = ClassAd.builder().putExpr("Requirements", "true").build();
        slots.put(new SlotUpdate(name, ad, true, null));
    }

    private void wait(int cluster, String rank) {
        ClassAd ad =
                ClassAd.builder().putExpr("Requirements", "true").putExpr("Rank", rank).build();
        waiting.add(new Matchmaker.Waiting(new JobId(cluster, 0), 0, cluster, ad));
    }

    private java.util.List<Matchmaker.Pair> pair() {
        return slots.pair(waiting, (job, slot) -> true);
    }

    @Test
    void ownSlotsAreUsedFirstAndOthersForWhatIsLeft() {
        wait(1, "0");
        wait(2, "0");
        wait(3, "0");
        free(OTHER);
        free(OWN);
        assertThat(pair())
                .containsExactly(
                        new Matchmaker.Pair(new JobId(1, 0), OWN),
                        new Matchmaker.Pair(new JobId(2, 0), OTHER));
        assertThat(pair()).as("both are promised now").isEmpty();
    }

    @Test
    void aJobThatDoesNotFitHereGoesThere() {
        wait(1, "0");
        free(OWN);
        free(OTHER);
        assertThat(slots.pair(waiting, (job, slot) -> !slot.equals(OWN)))
                .containsExactly(new Matchmaker.Pair(new JobId(1, 0), OTHER));
    }

    @Test
    void theSlotsOfANodeThatIsAwayAreNotUsed() {
        wait(1, "0");
        free(OTHER);
        slots.away("there");
        assertThat(pair()).isEmpty();
        free(OTHER);
        assertThat(pair()).hasSize(1);
    }

    @Test
    void whyANodeIsNotUsedIsSaid() {
        wait(1, "0");
        free(OTHER);
        slots.unfit("there", "it sees other files");
        assertThat(pair()).isEmpty();
        assertThat(slots.explainUnfit())
                .isEqualTo("The slots of there are not used: it sees other files.\n");
        slots.away("there");
        assertThat(slots.explainUnfit()).isEmpty();
    }
}
