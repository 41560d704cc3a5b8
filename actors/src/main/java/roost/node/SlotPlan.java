// SPDX-License-Identifier: Apache-2.0
package roost.node;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import roost.id.SlotName;
import roost.slot.MachineAd.Share;

/**
 * Shares the machine out to slots: by types if any are counted, else evenly.
 *
 * <p>Source: HTCondor manual 8.0 §3.12.8.1, "Dividing System Resources in Multi-core Machines".
 */
final class SlotPlan {
    private SlotPlan() {}

    /**
     * The slots in order, with what each gets.
     *
     * @param slots the section {@code roost.slots}
     * @throws IllegalArgumentException if the types cannot be read, or want more than there is
     */
    static Map<SlotName, Share> of(Config slots, String machine) {
        int cpus = slots.getInt("cpus");
        long memory =
                Math.max(1, (slots.getBytes("memory") - slots.getBytes("reserved-memory")) >> 20);
        Map<Integer, Integer> counts = new TreeMap<>();
        section(slots, "type-counts")
                .forEach((type, count) -> counts.put(type, Integer.parseInt(count)));
        List<Share> shares = new ArrayList<>();
        if (counts.isEmpty()) {
            int count = slots.getInt("count");
            for (int i = 0; i < count; i++) {
                shares.add(new Share(Math.max(1, cpus / count), Math.max(1, memory / count)));
            }
        } else {
            Map<Integer, String> types = section(slots, "types");
            counts.forEach(
                    (type, count) -> {
                        Share share = share(types.getOrDefault(type, "auto"), cpus, memory);
                        for (int i = 0; i < count; i++) {
                            shares.add(share);
                        }
                    });
        }
        Map<SlotName, Share> plan = new LinkedHashMap<>();
        for (Share share : shares) {
            plan.put(new SlotName(plan.size() + 1, machine), share);
        }
        return plan;
    }

    private static Map<Integer, String> section(Config slots, String key) {
        Map<Integer, String> values = new TreeMap<>();
        if (slots.hasPath(key)) {
            slots.getConfig(key)
                    .root()
                    .forEach(
                            (number, value) ->
                                    values.put(
                                            Integer.parseInt(number),
                                            String.valueOf(value.unwrapped())));
        }
        return values;
    }

    /** Reads {@code cpus=2, memory=25%}, {@code 1/4} and the like; what is not named is "auto". */
    private static Share share(String text, int cpus, long memory) {
        long wantCpus = 1;
        long wantMemory = Math.max(1, memory / Math.max(1, cpus));
        for (String part : text.split("[,\\s]+")) {
            String[] words = part.toLowerCase(Locale.ROOT).split("=", 2);
            String name = words[0].strip();
            String value = words[words.length - 1].strip();
            if (words.length == 1 && !name.isEmpty() && !name.equals("auto")) {
                wantCpus = amount(value, cpus);
                wantMemory = amount(value, memory);
            } else if (name.startsWith("c")) {
                wantCpus = amount(value, cpus);
            } else if (name.startsWith("m") || name.startsWith("r")) {
                wantMemory = amount(value, memory);
            }
        }
        return new Share((int) Math.max(1, wantCpus), Math.max(1, wantMemory));
    }

    private static long amount(String value, long all) {
        if (value.endsWith("%")) {
            return (long) (all * Double.parseDouble(value.substring(0, value.length() - 1)) / 100);
        }
        int slash = value.indexOf('/');
        if (slash > 0) {
            return all
                    * Long.parseLong(value.substring(0, slash))
                    / Long.parseLong(value.substring(slash + 1));
        }
        return Long.parseLong(value);
    }
}
