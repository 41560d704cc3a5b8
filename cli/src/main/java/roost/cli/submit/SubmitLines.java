// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.ArrayList;
import java.util.List;

/** A text as logical lines: continued lines joined, comments and blank lines left out. */
final class SubmitLines {
    private SubmitLines() {}

    /**
     * One logical line.
     *
     * @param number line of the text on which it begins, from 1
     * @param text without blanks at either end
     */
    record Line(int number, String text) {}

    /**
     * Splits a text. A backslash at the end of a line joins the next one to it; a comment among
     * joined lines is left out; leading blanks of a joined line are dropped.
     */
    static List<Line> of(String text) {
        List<Line> lines = new ArrayList<>();
        StringBuilder joined = new StringBuilder();
        int start = 0;
        boolean open = false;
        String[] physical = text.split("\r?\n", -1);
        for (int i = 0; i < physical.length; i++) {
            String part = physical[i].strip();
            if (part.startsWith("#")) {
                continue;
            }
            if (!open) {
                start = i + 1;
            }
            open = part.endsWith("\\");
            joined.append(open ? part.substring(0, part.length() - 1) : part);
            if (!open) {
                add(lines, start, joined);
            }
        }
        add(lines, start, joined);
        return lines;
    }

    private static void add(List<Line> lines, int start, StringBuilder joined) {
        String text = joined.toString().strip();
        joined.setLength(0);
        if (!text.isEmpty()) {
            lines.add(new Line(start, text));
        }
    }
}
