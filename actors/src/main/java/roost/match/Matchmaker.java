// SPDX-License-Identifier: Apache-2.0
package roost.match;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import roost.classad.ClassAd;
import roost.classad.Match;
import roost.id.JobId;
import roost.id.SlotName;

/**
 * Decides which idle job goes to which free slot. Pure: the same ads give the same answer.
 *
 * <p>Jobs are served by JobPrio (higher first), then by submission. A job takes, of the slots where
 * both Requirements hold, the one that it ranks highest; the slot's own Rank decides between
 * equals, then the slot's number.
 */
public final class Matchmaker {
    /** A job that waits, in the order {@link #ORDER}. */
    public record Waiting(JobId id, int priority, long queuedAt, ClassAd ad) {}

    /** A slot that would take a job. */
    public record Free(SlotName name, ClassAd ad) {}

    /** One decision. */
    public record Pair(JobId job, SlotName slot) {}

    /** The order in which jobs are served. */
    public static final Comparator<Waiting> ORDER =
            Comparator.comparingInt(Waiting::priority)
                    .reversed()
                    .thenComparingLong(Waiting::queuedAt)
                    .thenComparing(Waiting::id);

    private Matchmaker() {}

    /**
     * Pairs jobs with slots, each at most once.
     *
     * @param jobs in {@link #ORDER}; read only as far as there are slots left
     */
    public static List<Pair> pair(Iterable<Waiting> jobs, List<Free> slots) {
        return pair(jobs, slots, (job, slot) -> true);
    }

    /**
     * As {@link #pair(Iterable, List)}.
     *
     * @param fits whether a job may be given a slot, besides what the ads say
     */
    public static List<Pair> pair(
            Iterable<Waiting> jobs, List<Free> slots, BiPredicate<JobId, SlotName> fits) {
        List<Free> left = new ArrayList<>(slots);
        List<Pair> pairs = new ArrayList<>();
        for (Waiting job : jobs) {
            if (left.isEmpty()) {
                break;
            }
            Optional<Free> best =
                    best(
                            job.ad(),
                            left.stream().filter(s -> fits.test(job.id(), s.name())).toList());
            if (best.isPresent()) {
                left.remove(best.get());
                pairs.add(new Pair(job.id(), best.get().name()));
            }
        }
        return pairs;
    }

    private static Optional<Free> best(ClassAd job, List<Free> slots) {
        Free best = null;
        double bestRank = 0;
        double bestSlotRank = 0;
        for (Free slot : slots) {
            if (!Match.matches(job, slot.ad())) {
                continue;
            }
            double rank = Match.rank(job, slot.ad());
            double slotRank = Match.rank(slot.ad(), job);
            if (best == null || rank > bestRank || (rank == bestRank && slotRank > bestSlotRank)) {
                best = slot;
                bestRank = rank;
                bestSlotRank = slotRank;
            }
        }
        return Optional.ofNullable(best);
    }
}
