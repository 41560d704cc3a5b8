// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/** Collects the text of an expression; knows how strings and names are quoted. */
final class Printer {
    private final StringBuilder out;
    private final boolean oldStrings;

    Printer(StringBuilder out, boolean oldStrings) {
        this.out = out;
        this.oldStrings = oldStrings;
    }

    void raw(String text) {
        out.append(text);
    }

    void integer(long value) {
        out.append(value);
    }

    void name(String name) {
        if (AttrName.isPlain(name)) {
            out.append(name);
        } else {
            quote(name, '\'');
        }
    }

    void string(String value) {
        if (oldStrings) {
            oldString(value);
        } else {
            quote(value, '"');
        }
    }

    void record(ClassAd ad) {
        out.append("[ ");
        int[] left = {ad.size()};
        ad.forEach(
                (name, expr) -> {
                    name(name);
                    out.append(" = ");
                    expr.print(this);
                    if (--left[0] > 0) {
                        out.append("; ");
                    }
                });
        out.append(" ]");
    }

    private void quote(String value, char quote) {
        out.append(quote);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(c);
                    } else if (c < ' ' || c == 0x7F) {
                        out.append('\\')
                                .append((char) ('0' + (c >> 6)))
                                .append((char) ('0' + (c >> 3 & 7)))
                                .append((char) ('0' + (c & 7)));
                    } else if (c >= 0xFFFE || isLoneSurrogate(value, i)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append(quote);
    }

    /** Half a character, which no encoding of text can hold. */
    private static boolean isLoneSurrogate(String value, int i) {
        char c = value.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
        }
        return Character.isLowSurrogate(c)
                && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
    }

    /**
     * Old syntax cannot write every string down. What it cannot is written as a call that gives the
     * string, in HTCondor as well: one that ends with a backslash gets a blank after it, which
     * substr takes away; a quote at the end of a line of the string is separated from what follows
     * by strcat.
     */
    private void oldString(String value) {
        int from = 0;
        boolean split = false;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '"') {
                int next = i + 1;
                while (next < value.length() && isBlank(value.charAt(next))) {
                    next++;
                }
                if (next < value.length() && value.charAt(next) == '\n') {
                    out.append(split ? "," : "strcat(");
                    oldLiteral(value.substring(from, i + 1));
                    split = true;
                    from = i + 1;
                }
            }
        }
        if (split) {
            out.append(',');
        }
        String last = value.substring(from);
        if (last.endsWith("\\")) {
            out.append("substr(");
            oldLiteral(last + " ");
            out.append(",0,-1)");
        } else {
            oldLiteral(last);
        }
        if (split) {
            out.append(')');
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    private void oldLiteral(String value) {
        out.append('"');
        int from = 0;
        for (int i = value.indexOf('"'); i >= 0; i = value.indexOf('"', i + 1)) {
            out.append(value, from, i).append('\\');
            from = i;
        }
        out.append(value, from, value.length()).append('"');
    }
}
