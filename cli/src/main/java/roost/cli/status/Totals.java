// SPDX-License-Identifier: Apache-2.0
package roost.cli.status;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import roost.classad.ClassAd;

/**
 * The table of totals under a list: a line for each {@code Arch/OpSys}, and one for all. Source:
 * HTCondor 8.8 totals.cpp; layout from the transcripts of 8.9.11.
 */
final class Totals {
    private static final int KEY_WIDTH = 14;

    private final List<String> headings;
    private final int[] widths;
    private final Map<String, long[]> byKey = new TreeMap<>();
    private final long[] all;

    /**
     * @param headings what the columns count
     * @param widths columns of each; a blank stands before all but the first
     */
    Totals(List<String> headings, int[] widths) {
        this.headings = headings;
        this.widths = widths;
        this.all = new long[headings.size()];
    }

    static String key(ClassAd slot) {
        return slot.getString("Arch").orElse("?") + "/" + slot.getString("OpSys").orElse("?");
    }

    void count(String key, int column) {
        byKey.computeIfAbsent(key, k -> new long[all.length])[column]++;
        all[column]++;
    }

    String print() {
        int width = byKey.keySet().stream().mapToInt(String::length).max().orElse(0);
        width = Math.max(KEY_WIDTH, width);
        StringBuilder text = new StringBuilder(" ".repeat(width));
        for (int i = 0; i < widths.length; i++) {
            text.append(i == 0 ? "" : " ").append(right(headings.get(i), widths[i]));
        }
        text.append("\n\n");
        for (Map.Entry<String, long[]> entry : byKey.entrySet()) {
            line(text, width, entry.getKey(), entry.getValue());
        }
        text.append('\n');
        line(text, width, "Total", all);
        return text.toString();
    }

    private void line(StringBuilder text, int width, String key, long[] counts) {
        text.append(right(key, width));
        for (int i = 0; i < widths.length; i++) {
            text.append(i == 0 ? "" : " ").append(right(Long.toString(counts[i]), widths[i]));
        }
        text.append('\n');
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
