// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a machine's CPUs and memory are shared out to slots.
 *
 * <p>Where a NUM_SLOTS_TYPE_N is set, there are as many slots of that type, in the order of the
 * types; SLOT_TYPE_N says what each gets: {@code cpus=2, memory=25%}, a fraction of everything
 * ({@code 1/4}, {@code 25%}), or {@code auto}, an equal share of what the others leave. Else there
 * are NUM_SLOTS equal slots, each with one CPU at least, even if the machine has fewer.
 *
 * <p>Source: HTCondor manual 8.8 "Dividing System Resources in Multi-core Machines".
 */
public final class SlotPlan {

    /**
     * One slot.
     *
     * @param number from 1: slot1, slot2, ...
     * @param type N of SLOT_TYPE_N; 0 where there are no types
     * @param memoryMib MiB
     */
    public record Slot(int number, int type, int cpus, long memoryMib) {}

    /** What is asked of one resource: a share of all, a number, or what is left over. */
    private record Wish(double share, long number) {
        static final Wish AUTO = new Wish(-1, -1);

        /** The number it comes to; -1 for an equal share of the rest. */
        long of(long total) {
            return share >= 0 ? (long) Math.floor(share * total + 1e-9) : number;
        }
    }

    private static final long MOST_SLOTS = 100_000;

    private SlotPlan() {}

    /**
     * The slots of a configuration, in the order of their numbers.
     *
     * @throws ConfigException if it asks for more than there is, or cannot be understood
     */
    public static List<Slot> of(CondorConfig config) {
        long cpus = config.getInteger(Knobs.NUM_CPUS);
        long memory =
                Math.max(
                        0,
                        config.getInteger(Knobs.MEMORY) - config.getInteger(Knobs.RESERVED_MEMORY));
        Map<Integer, Long> counts = countsOfTypes(config);
        if (counts.isEmpty()) {
            return equalSlots(config.getInteger(Knobs.NUM_SLOTS), cpus, memory);
        }
        List<Wish[]> wishes = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        counts.forEach(
                (type, count) -> {
                    Wish[] wish = wishesOf(config, type);
                    for (long i = 0; i < count; i++) {
                        wishes.add(wish);
                        types.add(type);
                    }
                });
        Origin origin = config.origin("NUM_SLOTS_TYPE_" + types.get(0)).orElse(Origin.DEFAULT);
        long[] cpusOf = shareOut(wishes, 0, cpus, "CPUs", 1, origin);
        long[] memoryOf = shareOut(wishes, 1, memory, "MiB of memory", 0, origin);
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            slots.add(new Slot(i + 1, types.get(i), (int) cpusOf[i], memoryOf[i]));
        }
        return List.copyOf(slots);
    }

    private static List<Slot> equalSlots(long count, long cpus, long memory) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            slots.add(new Slot(i, 0, (int) Math.max(1, cpus / count), memory / count));
        }
        return List.copyOf(slots);
    }

    /** Types of which there is at least one slot, in order. */
    private static Map<Integer, Long> countsOfTypes(CondorConfig config) {
        Map<Integer, Long> counts = new TreeMap<>();
        long all = 0;
        CondorConfig startd = config.forSubsystem("STARTD", config.view().localName());
        for (String number : startd.withPrefix("NUM_SLOTS_TYPE_").keySet()) {
            String name = "NUM_SLOTS_TYPE_" + number;
            String text = startd.get(name).orElse("").strip();
            if (!number.matches("[1-9][0-9]{0,4}") || text.isEmpty()) {
                continue;
            }
            Origin origin = startd.origin(name).orElse(Origin.DEFAULT);
            long count = KnobValue.number(Knobs.NUM_SLOTS_TYPE_N, text, origin);
            all += count;
            if (all > MOST_SLOTS) {
                throw new ConfigException(
                        origin, "more than " + MOST_SLOTS + " slots are asked for");
            }
            if (count > 0) {
                counts.put(Integer.valueOf(number), count);
            }
        }
        return counts;
    }

    /** What each slot of a type gets of CPUs and of memory. */
    private static Wish[] wishesOf(CondorConfig config, int type) {
        String name = "SLOT_TYPE_" + type;
        CondorConfig startd = config.forSubsystem("STARTD", config.view().localName());
        Origin origin = startd.origin(name).orElse(Origin.DEFAULT);
        Wish[] wishes = {Wish.AUTO, Wish.AUTO};
        for (String item : ConfigList.split(startd.get(name).orElse(""))) {
            int equals = item.indexOf('=');
            String resource =
                    equals < 0 ? "" : item.substring(0, equals).toLowerCase(java.util.Locale.ROOT);
            Wish wish =
                    wish(item.substring(equals + 1))
                            .orElseThrow(() -> unreadable(name, item, origin));
            switch (resource) {
                case "" -> {
                    wishes[0] = wish;
                    wishes[1] = wish;
                }
                case "c", "cpu", "cpus" -> wishes[0] = wish;
                case "m", "mem", "memory", "r", "ram" -> wishes[1] = wish;
                case "d", "disk", "s", "swap" -> {}
                default -> throw unreadable(name, item, origin);
            }
        }
        return wishes;
    }

    private static ConfigException unreadable(String name, String item, Origin origin) {
        return new ConfigException(
                origin,
                name
                        + " holds '"
                        + Statement.shorten(item)
                        + "', expected cpus=, memory=, disk= or swap= and a number, a percentage, a"
                        + " fraction or auto");
    }

    private static Optional<Wish> wish(String text) {
        if (text.equalsIgnoreCase("auto") || text.equalsIgnoreCase("automatic")) {
            return Optional.of(Wish.AUTO);
        }
        if (text.matches("[0-9]{1,3}(\\.[0-9]{1,6})?%")) {
            double percent = Double.parseDouble(text.substring(0, text.length() - 1));
            return Optional.of(new Wish(percent / 100, -1));
        }
        if (text.matches("[0-9]{1,6}/[1-9][0-9]{0,5}")) {
            int slash = text.indexOf('/');
            double share =
                    Double.parseDouble(text.substring(0, slash))
                            / Double.parseDouble(text.substring(slash + 1));
            return Optional.of(new Wish(share, -1));
        }
        return text.matches("[0-9]{1,12}")
                ? Optional.of(new Wish(-1, Long.parseLong(text)))
                : Optional.empty();
    }

    /**
     * Gives everybody what was asked for, and equal shares of the rest to those who left it open.
     */
    private static long[] shareOut(
            List<Wish[]> wishes, int resource, long total, String unit, long least, Origin origin) {
        long[] shares = new long[wishes.size()];
        long taken = 0;
        int open = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = wishes.get(i)[resource].of(total);
            taken += Math.max(0, shares[i]);
            open += shares[i] < 0 ? 1 : 0;
        }
        if (taken + open * least > total) {
            throw new ConfigException(
                    origin,
                    "the slots of all types need "
                            + (taken + open * least)
                            + " "
                            + unit
                            + ", the machine has "
                            + total);
        }
        for (int i = 0; i < shares.length; i++) {
            if (shares[i] < 0) {
                shares[i] = (total - taken) / open;
            }
        }
        return shares;
    }
}
