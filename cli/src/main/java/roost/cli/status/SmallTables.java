// SPDX-License-Identifier: Apache-2.0
package roost.cli.status;

import java.util.ArrayList;
import java.util.List;
import roost.classad.ClassAd;
import roost.cli.format.Durations;
import roost.cli.format.TextTable;

/** The tables that are asked for now and then: -run, -state, -master. */
final class SmallTables {
    private SmallTables() {}

    static String running(List<ClassAd> slots) {
        TextTable table =
                new TextTable("Name", "OpSys", "Arch", "LoadAv", "RemoteUser", "ClientMachine");
        for (ClassAd slot : slots) {
            List<String> row = new ArrayList<>(system(slot));
            var load = slot.getReal("LoadAvg");
            row.add(load.isPresent() ? String.format("%.3f", load.getAsDouble()) : "");
            row.add(slot.getString("RemoteUser").orElse(""));
            row.add(slot.getString("ClientMachine").orElse(""));
            table.row(row);
        }
        return table.print() + "\n" + SlotTotals.print(slots);
    }

    static String states(List<ClassAd> slots, long now) {
        TextTable table =
                new TextTable(
                        "Name", "OpSys", "Arch", "State", "StateTime", "Activity", "ActvtyTime");
        for (ClassAd slot : slots) {
            List<String> row = new ArrayList<>(system(slot));
            row.add(slot.getString("State").orElse(""));
            row.add(since(slot, "EnteredCurrentState", now));
            row.add(slot.getString("Activity").orElse(""));
            row.add(since(slot, "EnteredCurrentActivity", now));
            table.row(row);
        }
        return table.print() + "\n" + SlotTotals.print(slots);
    }

    private static List<String> system(ClassAd slot) {
        return List.of(
                slot.getString("Name").orElse(""),
                slot.getString("OpSys").orElse(""),
                slot.getString("Arch").orElse(""));
    }

    private static String since(ClassAd slot, String attribute, long now) {
        var entered = slot.getInteger(attribute);
        return entered.isPresent()
                ? Durations.dayTime(SlotTable.heardFrom(slot, now) - entered.getAsLong(), 3)
                : "";
    }

    static String nodes(List<ClassAd> nodes) {
        TextTable table = new TextTable("Name", "Address", "Slots", "Claims");
        for (ClassAd node : nodes) {
            table.row(
                    List.of(
                            node.getString("Name").orElse(""),
                            node.getString("MyAddress").orElse(""),
                            text(node, "TotalSlots"),
                            text(node, "NumCODClaims")));
        }
        return table.print();
    }

    private static String text(ClassAd ad, String attribute) {
        var value = ad.getInteger(attribute);
        return value.isPresent() ? Long.toString(value.getAsLong()) : "";
    }
}
