// SPDX-License-Identifier: Apache-2.0
package roost.cli.status;

import java.util.List;
import roost.classad.ClassAd;

/** How many slots are in which state. */
final class SlotTotals {
    private static final List<String> STATES =
            List.of("Owner", "Claimed", "Unclaimed", "Matched", "Preempting", "Drained");

    private SlotTotals() {}

    static String print(List<ClassAd> slots) {
        Totals totals =
                new Totals(
                        List.of(
                                "Machines",
                                "Owner",
                                "Claimed",
                                "Unclaimed",
                                "Matched",
                                "Preempting",
                                "Drain"),
                        new int[] {9, 5, 7, 9, 7, 10, 6});
        for (ClassAd slot : slots) {
            String key = Totals.key(slot);
            totals.count(key, 0);
            int state = STATES.indexOf(slot.getString("State").orElse(""));
            if (state >= 0) {
                totals.count(key, state + 1);
            }
        }
        return totals.print();
    }
}
