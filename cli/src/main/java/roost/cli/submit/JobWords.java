// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The two syntaxes of {@code arguments} and {@code environment}. A value in double quotes is of the
 * new one: blanks separate, single quotes hold together, either quote is doubled to stand for
 * itself. Any other value is of the old one. Source: HTCondor manual 8.8, condor_submit.
 */
final class JobWords {
    private JobWords() {}

    static boolean isNew(String value) {
        return value.startsWith("\"");
    }

    /** A new-style value without its outer quotes: what the attribute holds. */
    static String unquote(String what, String value, int line) throws SubmitException {
        if (value.length() < 2 || !value.endsWith("\"")) {
            throw new SubmitException(line, what + " begins with a double quote and has no end");
        }
        StringBuilder raw = new StringBuilder();
        for (int i = 1; i < value.length() - 1; i++) {
            char c = value.charAt(i);
            if (c == '"') {
                boolean doubled = i + 1 < value.length() - 1 && value.charAt(i + 1) == '"';
                if (!doubled) {
                    throw new SubmitException(
                            line,
                            "in " + what + ", write \"\" for a double quote within double quotes");
                }
                i++;
            }
            raw.append(c);
        }
        checkSingleQuotes(what, raw.toString(), line);
        return raw.toString();
    }

    private static void checkSingleQuotes(String what, String raw, int line)
            throws SubmitException {
        if (raw.chars().filter(c -> c == '\'').count() % 2 != 0) {
            throw new SubmitException(line, what + " has a single quote without a partner");
        }
    }

    /** An old-style value: {@code \"} stands for a double quote, a bare one is a mistake. */
    static String old(String what, String value, int line) throws SubmitException {
        String text = value.replace("\\\"", "\u0000");
        if (text.indexOf('"') >= 0) {
            throw new SubmitException(
                    line,
                    what
                            + ": a double quote must be the first character (new syntax) or written"
                            + " \\\" (old syntax)");
        }
        return text.replace('\u0000', '"');
    }

    /** Variables of an environment in the new syntax, as the attribute holds it. */
    static Map<String, String> newEnvironment(String raw, int line) throws SubmitException {
        Map<String, String> variables = new LinkedHashMap<>();
        StringBuilder entry = new StringBuilder();
        boolean quoted = false;
        boolean open = false;
        for (int i = 0; i <= raw.length(); i++) {
            char c = i < raw.length() ? raw.charAt(i) : ' ';
            if (c == '\'' && quoted && i + 1 < raw.length() && raw.charAt(i + 1) == '\'') {
                entry.append('\'');
                i++;
            } else if (c == '\'') {
                quoted = !quoted;
                open = true;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (open) {
                    put(variables, entry.toString(), line);
                    entry.setLength(0);
                    open = false;
                }
            } else {
                entry.append(c);
                open = true;
            }
        }
        return variables;
    }

    /** Variables of an environment in the old syntax: {@code NAME=value;NAME=value}. */
    static Map<String, String> oldEnvironment(String value, int line) throws SubmitException {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String entry : value.split("[;\n]")) {
            if (!entry.isBlank()) {
                put(variables, entry.stripLeading(), line);
            }
        }
        return variables;
    }

    private static void put(Map<String, String> variables, String entry, int line)
            throws SubmitException {
        int equals = entry.indexOf('=');
        if (equals < 0) {
            throw new SubmitException(
                    line, "Missing '=' after environment variable '" + entry + "'.");
        }
        if (equals == 0) {
            throw new SubmitException(line, "missing variable in '" + entry + "'.");
        }
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
    }

    /** Variables in the new syntax. */
    static String environment(Map<String, String> variables) {
        StringBuilder text = new StringBuilder();
        variables.forEach(
                (name, value) -> {
                    String entry = name + "=" + value;
                    boolean plain = entry.chars().noneMatch(c -> c == '\'' || c <= ' ');
                    text.append(text.length() == 0 ? "" : " ")
                            .append(plain ? entry : "'" + entry.replace("'", "''") + "'");
                });
        return text.toString();
    }
}
