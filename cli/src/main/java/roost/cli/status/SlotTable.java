// SPDX-License-Identifier: Apache-2.0
package roost.cli.status;

import java.util.ArrayList;
import java.util.List;
import roost.classad.ClassAd;
import roost.cli.format.Durations;

/**
 * The table of slots. Widths as HTCondor 8.9.11 prints them; where there is a terminal the name is
 * cut so that a row fits, otherwise it is whole.
 */
final class SlotTable {
    private static final int NAME_WIDTH = 18;

    /** Columns of a row apart from the name and the memory. */
    private static final int OTHER_WIDTH = 60;

    private final List<ClassAd> slots;
    private final long now;
    private final int terminalColumns;

    /**
     * @param now Unix time in seconds, for slots that do not say when they were heard from
     * @param terminalColumns 0 for no terminal
     */
    SlotTable(List<ClassAd> slots, long now, int terminalColumns) {
        this.slots = slots;
        this.now = now;
        this.terminalColumns = terminalColumns;
    }

    private record Row(
            String name,
            String system,
            String arch,
            String state,
            String activity,
            String load,
            String memory,
            String time) {}

    String print() {
        List<Row> rows = new ArrayList<>();
        for (ClassAd slot : slots) {
            rows.add(row(slot));
        }
        int memoryWidth = rows.stream().mapToInt(row -> row.memory().length()).max().orElse(0);
        memoryWidth = Math.max(4, memoryWidth);
        int nameWidth = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        if (terminalColumns > 0) {
            nameWidth = Math.min(nameWidth, terminalColumns - OTHER_WIDTH - memoryWidth);
        }
        nameWidth = Math.max(NAME_WIDTH, nameWidth);
        String format =
                "%-"
                        + nameWidth
                        + "."
                        + nameWidth
                        + "s %-10.10s %-6.6s %-9.9s %-8.8s %6.6s %-"
                        + memoryWidth
                        + "s %11s%n";
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        format,
                        "Name",
                        "OpSys",
                        "Arch",
                        "State",
                        "Activity",
                        "LoadAv",
                        "Mem",
                        "ActvtyTime"));
        text.append('\n');
        for (Row row : rows) {
            text.append(
                    String.format(
                            format,
                            row.name(),
                            row.system(),
                            row.arch(),
                            row.state(),
                            row.activity(),
                            row.load(),
                            row.memory(),
                            row.time()));
        }
        return text.append('\n').toString();
    }

    private Row row(ClassAd slot) {
        long heard = slot.getInteger("MyCurrentTime").orElse(heardFrom(slot, now));
        long since = slot.getInteger("EnteredCurrentActivity").orElse(Long.MAX_VALUE);
        return new Row(
                slot.getString("Name").orElse("[???]"),
                slot.getString("OpSys").orElse("[???]"),
                slot.getString("Arch").orElse("[???]"),
                slot.getString("State").orElse("[???]"),
                slot.getString("Activity").orElse("[???]"),
                load(slot),
                memory(slot),
                Durations.dayTime(heard - since, 2));
    }

    private static String load(ClassAd slot) {
        var load = slot.getReal("LoadAvg");
        return load.isPresent() ? String.format("%.3f", load.getAsDouble()) : "[???]";
    }

    private static String memory(ClassAd slot) {
        var memory = slot.getInteger("Memory");
        return memory.isPresent() ? Long.toString(memory.getAsLong()) : "[??]";
    }

    /** When the pool last heard from a slot. */
    static long heardFrom(ClassAd slot, long otherwise) {
        return slot.getInteger("LastHeardFrom").orElse(otherwise);
    }
}
