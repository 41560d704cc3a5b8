// SPDX-License-Identifier: Apache-2.0
package roost.cli.format;

/**
 * Writes one JSON object, two blanks deep, members in the order in which they are given. A library
 * would do it too, but loading one takes longer than most commands run.
 */
public final class Json {
    private final StringBuilder text = new StringBuilder("{");
    private boolean empty = true;

    public Json string(String name, String value) {
        return raw(name, quote(value));
    }

    public Json number(String name, long value) {
        return raw(name, Long.toString(value));
    }

    /** A member whose value is JSON already. */
    public Json raw(String name, String json) {
        text.append(empty ? "\n  " : ",\n  ").append(quote(name)).append(": ");
        text.append(json.strip().replace("\n", "\n  "));
        empty = false;
        return this;
    }

    /** The object, with a line end. */
    public String end() {
        return text + "\n}\n";
    }

    /** A string as JSON, in quotes. */
    public static String quote(String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !isPaired(value, i)) {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    private static boolean isPaired(String value, int i) {
        char c = value.charAt(i);
        return Character.isHighSurrogate(c)
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }
}
