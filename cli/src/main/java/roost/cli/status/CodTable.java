// SPDX-License-Identifier: Apache-2.0
package roost.cli.status;

import java.util.List;
import java.util.Locale;
import roost.classad.ClassAd;
import roost.cli.format.Durations;

/** {@code condor_status -cod}: a row a claim. Source: HTCondor 8.8 condor_status, prettyPrint. */
final class CodTable {
    private static final String HEADER =
            "%-13.13s %-5.5s %-10.10s %13.13s %-12.12s %-6.6s %-14.14s%n";
    private static final String ROW =
            "%-13.13s %-5.5s %-10.10s %-13.13s %-12.12s %-6.6s %-14.14s%n";
    private static final List<String> STATES =
            List.of("idle", "running", "suspended", "vacating", "killing");

    private final StringBuilder text = new StringBuilder();
    private final Totals totals =
            new Totals(
                    List.of("Total", "Idle", "Running", "Suspended", "Vacating", "Killing"),
                    new int[] {8, 5, 8, 10, 9, 8});

    private CodTable() {}

    /**
     * The table of claims and its totals; nothing at all if there are no claims.
     *
     * @param rows whether the claims are wanted, or the totals only
     * @param now Unix time in seconds, for slots that do not say when they were heard from
     */
    static String print(List<ClassAd> slots, boolean rows, long now) {
        if (slots.isEmpty()) {
            return "";
        }
        CodTable table = new CodTable();
        for (ClassAd slot : slots) {
            for (String claim : slot.getString("CODClaims").orElse("").split("[,\\s]+")) {
                if (!claim.isEmpty()) {
                    table.claim(slot, claim, now);
                }
            }
        }
        String header =
                String.format(
                        HEADER,
                        "Name",
                        "ID",
                        "ClaimState",
                        "TimeInState ",
                        "RemoteUser",
                        "JobId",
                        "Keyword");
        return (rows ? "\n" + header + "\n" + table.text : "") + "\n" + table.totals.print();
    }

    private void claim(ClassAd slot, String claim, long now) {
        String state = slot.getString(claim + "_ClaimState").orElse("[????????]");
        long since = slot.getInteger(claim + "_EnteredCurrentState").orElse(0);
        text.append(
                String.format(
                        ROW,
                        slot.getString("Name").orElse("[???????????]"),
                        claim,
                        state,
                        Durations.dayTime(SlotTable.heardFrom(slot, now) - since, 3),
                        slot.getString(claim + "_RemoteUser").orElse("[?????????]"),
                        slot.getString(claim + "_JobId").orElse(" "),
                        slot.getString(claim + "_JobKeyword").orElse(" ")));
        String key = Totals.key(slot);
        totals.count(key, 0);
        int column = STATES.indexOf(state.toLowerCase(Locale.ROOT));
        if (column >= 0) {
            totals.count(key, column + 1);
        }
    }
}
