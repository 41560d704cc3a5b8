// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arguments and environments as ads hold them, in the old form (V1) and the new one (V2).
 *
 * <p>V1 arguments are words parted by blanks. V1 environments are {@code NAME=value} parted by
 * {@code ;} or newlines, with no quoting. V2 texts are words parted by white space; single quotes
 * keep white space together, and a pair of them inside quotes stands for one. Source: HTCondor
 * manual 8.0 condor_submit; htcondor condor_arglist.cpp, env.cpp.
 */
public final class CommandWords {
    private CommandWords() {}

    /** The words of {@code Args}. */
    public static List<String> argumentsV1(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split("[ \t\r\n]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /**
     * The words of {@code Arguments}.
     *
     * @throws JobFailure if a quote is not closed
     */
    public static List<String> argumentsV2(String text) throws JobFailure {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'') {
                word = word == null ? new StringBuilder() : word;
                if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '\'') {
                    word.append('\'');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
            } else {
                word = word == null ? new StringBuilder() : word;
                word.append(c);
            }
        }
        if (quoted) {
            throw new JobFailure("Unbalanced quote starting here: " + shorten(text));
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    /**
     * The variables of {@code Env}; of two with one name the later holds.
     *
     * @throws JobFailure if an entry has no name or no {@code =}
     */
    public static Map<String, String> environmentV1(String text) throws JobFailure {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String entry : text.split("[;\n]")) {
            String variable = entry.stripLeading();
            if (!variable.isEmpty()) {
                put(variables, variable);
            }
        }
        return variables;
    }

    /**
     * The variables of {@code Environment}; of two with one name the later holds.
     *
     * @throws JobFailure if a quote is not closed, or an entry has no name or no {@code =}
     */
    public static Map<String, String> environmentV2(String text) throws JobFailure {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String entry : argumentsV2(text)) {
            put(variables, entry);
        }
        return variables;
    }

    private static void put(Map<String, String> variables, String entry) throws JobFailure {
        int equals = entry.indexOf('=');
        if (equals < 0) {
            throw new JobFailure(
                    "ERROR: Missing '=' after environment variable '" + shorten(entry) + "'.");
        }
        if (equals == 0) {
            throw new JobFailure("ERROR: missing variable in '" + shorten(entry) + "'.");
        }
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
    }

    private static String shorten(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
