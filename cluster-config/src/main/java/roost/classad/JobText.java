// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts in which job ads hold arguments and environments.
 *
 * <p>Version 1: arguments separated by blanks, variables by semicolons, nothing quoted. Version 2:
 * both separated by white space; single quotes hold together what is between them, and two of them
 * inside are one. Source: HTCondor manual, condor_submit, "arguments" and "environment".
 */
public final class JobText {
    private JobText() {}

    /** Never null: everything is an argument. */
    public static List<String> splitArgsV1(String text) {
        List<String> args = new ArrayList<>();
        for (String arg : text.split("[ \t\r\n]+")) {
            if (!arg.isEmpty()) {
                args.add(arg);
            }
        }
        return args;
    }

    /** The arguments, or null where a quote is not closed. */
    public static List<String> splitArgsV2(String text) {
        List<String> args = new ArrayList<>();
        StringBuilder arg = null;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'') {
                arg = arg == null ? new StringBuilder() : arg;
                if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '\'') {
                    arg.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
                if (arg != null) {
                    args.add(arg.toString());
                    arg = null;
                }
            } else {
                arg = (arg == null ? new StringBuilder() : arg).append(c);
            }
        }
        if (arg != null) {
            args.add(arg.toString());
        }
        return quoted ? null : args;
    }

    /** The arguments in one text, or null where one is empty or has white space in it. */
    public static String joinArgsV1(List<String> args) {
        for (String arg : args) {
            if (arg.isEmpty() || arg.chars().anyMatch(Character::isWhitespace)) {
                return null;
            }
        }
        return String.join(" ", args);
    }

    public static String joinArgsV2(List<String> args) {
        return String.join(" ", args.stream().map(JobText::quote).toList());
    }

    private static String quote(String arg) {
        boolean plain =
                !arg.isEmpty()
                        && arg.indexOf('\'') < 0
                        && arg.chars()
                                .noneMatch(c -> c == ' ' || c == '\t' || c == '\n' || c == '\r');
        return plain ? arg : "'" + arg.replace("'", "''") + "'";
    }

    /** The variables in the order given, or null where one is no assignment. */
    public static Map<String, String> splitEnvV1(String text) {
        List<String> assignments = new ArrayList<>();
        for (String part : text.split("[;\n]")) {
            if (!part.isBlank()) {
                assignments.add(part.stripLeading());
            }
        }
        return assignments(assignments);
    }

    /** The variables in the order given, or null where one is no assignment. */
    public static Map<String, String> splitEnvV2(String text) {
        List<String> assignments = splitArgsV2(text);
        return assignments == null ? null : assignments(assignments);
    }

    private static Map<String, String> assignments(List<String> texts) {
        Map<String, String> env = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                return null;
            }
            env.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return env;
    }

    /** In version 2. */
    public static String joinEnv(Map<String, String> env) {
        List<String> assignments = new ArrayList<>();
        env.forEach((name, value) -> assignments.add(name + "=" + value));
        return joinArgsV2(assignments);
    }
}
