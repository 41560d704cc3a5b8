// SPDX-License-Identifier: Apache-2.0
package roost.config;

/**
 * Cuts the text of a configuration file into logical lines.
 *
 * <p>White space round a physical line does not count. A line that begins with {@code #} is a
 * comment; its last character never continues it. A line that ends in a backslash goes on with the
 * next line that is not a comment.
 *
 * <p>Source: HTCondor manual 8.8 "Comments and Line Continuations".
 */
final class ConfigLines {
    private final String text;
    private int position;
    private int lineNumber;
    private int logicalLineNumber;

    ConfigLines(String text) {
        this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** The next logical line that is not empty or a comment; null at the end. */
    String next() {
        StringBuilder joined = null;
        String line;
        while ((line = nextPhysical()) != null) {
            String trimmed = line.strip();
            boolean comment = trimmed.startsWith("#");
            if (joined == null) {
                if (trimmed.isEmpty() || comment) {
                    continue;
                }
                logicalLineNumber = lineNumber;
                if (!trimmed.endsWith("\\")) {
                    return trimmed;
                }
                joined = new StringBuilder();
            } else if (comment) {
                continue;
            }
            if (!trimmed.endsWith("\\")) {
                return joined.append(trimmed).toString().strip();
            }
            joined.append(trimmed, 0, trimmed.length() - 1);
        }
        return joined == null ? null : joined.toString().strip();
    }

    /** The next line as it stands, without its line end; null at the end. */
    String nextPhysical() {
        if (position >= text.length()) {
            return null;
        }
        int end = text.indexOf('\n', position);
        int next = end < 0 ? text.length() : end + 1;
        int stop = end < 0 ? text.length() : end;
        if (stop > position && text.charAt(stop - 1) == '\r') {
            stop--;
        }
        String line = text.substring(position, stop);
        position = next;
        lineNumber++;
        return line;
    }

    /** Where the line that {@link #next} returned last began, counted from 1. */
    int lineNumber() {
        return logicalLineNumber;
    }
}
