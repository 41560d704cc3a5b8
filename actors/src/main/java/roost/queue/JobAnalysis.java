// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.List;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.classad.Match;
import roost.classad.MatchAnalysis;
import roost.slot.SlotActor.SlotUpdate;

/** Why an idle job does not run: what {@code condor_q -better-analyze} prints. Pure. */
final class JobAnalysis {
    private JobAnalysis() {}

    static String explain(ClassAd job, List<SlotUpdate> slots) {
        long matching = slots.stream().filter(slot -> Match.matches(job, slot.ad())).count();
        long free =
                slots.stream()
                        .filter(slot -> slot.acceptsBatch() && Match.matches(job, slot.ad()))
                        .count();
        StringBuilder text = new StringBuilder();
        text.append(slots.size()).append(" slots are known; ");
        text.append(matching).append(" match the job, ");
        text.append(free).append(" of them could start it now.\n");
        for (SlotUpdate slot : slots) {
            if (!Match.matches(job, slot.ad())) {
                text.append(
                        MatchAnalysis.explain(
                                job,
                                slot.ad(),
                                "the job",
                                slot.name().toString(),
                                EvalContext.DEFAULT));
            } else if (!slot.acceptsBatch()) {
                text.append(slot.name())
                        .append(" matches, but is ")
                        .append(slot.ad().getString("State").orElse("?"))
                        .append('/')
                        .append(slot.ad().getString("Activity").orElse("?"))
                        .append(
                                slot.ad().getBoolean("RunningCODJob").orElse(false)
                                        ? " and runs a COD job.\n"
                                        : ".\n");
            }
        }
        if (free > 0) {
            text.append("The job will start as soon as the queue gets to it.\n");
        }
        return text.toString();
    }
}
