// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code queue [count] [variables (in | from | matching) [slice] items]}. Source: HTCondor manual
 * 8.8, condor_submit.
 *
 * @param line where it is
 * @param count jobs for each item, macros not replaced yet; empty for 1
 * @param variables what an item's values are called; {@code Item} if the statement names none
 * @param source where the items come from
 * @param items what follows the keyword and the slice; for a list in brackets what is in them
 * @param bracketed whether the items were in brackets, over several lines perhaps
 */
record QueueStatement(
        int line,
        String count,
        List<String> variables,
        Source source,
        Slice slice,
        String items,
        boolean bracketed) {

    /** Where items come from. */
    enum Source {
        NONE,
        IN,
        FROM,
        MATCHING,
        MATCHING_FILES,
        MATCHING_DIRS
    }

    private static final Pattern KEYWORD =
            Pattern.compile("(?i)(?:^|(?<=\\s))(in|from|matching)(?=[\\s(\\[]|$)");
    private static final Pattern SLICE =
            Pattern.compile(
                    "^\\[\\s*(-?\\d{0,9})\\s*(:?)\\s*(-?\\d{0,9})\\s*:?\\s*(\\d{0,9})\\s*]");

    /** Some of the items, as Python writes it: {@code [first:end:step]}. */
    record Slice(Integer first, Integer end, int step) {
        static final Slice ALL = new Slice(null, null, 1);

        <T> List<T> of(List<T> items) {
            int from = first == null ? 0 : index(first, items.size());
            int to = end == null ? items.size() : index(end, items.size());
            return java.util.stream.IntStream.range(from, Math.max(from, to))
                    .filter(i -> (i - from) % step == 0)
                    .mapToObj(items::get)
                    .toList();
        }

        private static int index(int i, int size) {
            return Math.max(0, Math.min(size, i < 0 ? size + i : i));
        }
    }

    /** Whether a line is a queue statement. */
    static boolean isOne(String text) {
        String[] words = text.split("\\s+", 2);
        return words[0].equalsIgnoreCase("queue")
                && !(words.length > 1 && words[1].startsWith("="));
    }

    /** Whether a queue statement opens a list that goes on on the next lines. */
    static boolean opensList(String text) {
        return KEYWORD.matcher(text).find() && text.endsWith("(");
    }

    /** Reads what follows the word {@code queue}. */
    static QueueStatement parse(String text, int line) throws SubmitException {
        Matcher keyword = KEYWORD.matcher(text);
        if (!keyword.find()) {
            return new QueueStatement(
                    line, text.strip(), List.of(), Source.NONE, Slice.ALL, "", false);
        }
        String before = text.substring(0, keyword.start()).strip();
        String rest = text.substring(keyword.end()).strip();
        Source source = Source.valueOf(keyword.group(1).toUpperCase(Locale.ROOT));
        if (source == Source.MATCHING) {
            String[] words = rest.split("\\s+", 2);
            switch (words[0].toLowerCase(Locale.ROOT)) {
                case "files" -> source = Source.MATCHING_FILES;
                case "dirs" -> source = Source.MATCHING_DIRS;
                default -> {}
            }
            boolean named = source != Source.MATCHING || words[0].equalsIgnoreCase("any");
            rest = named ? (words.length > 1 ? words[1] : "") : rest;
        }
        Slice slice = Slice.ALL;
        Matcher sliced = SLICE.matcher(rest);
        if (sliced.find()) {
            slice = slice(sliced, line);
            rest = rest.substring(sliced.end()).strip();
        }
        boolean bracketed = rest.startsWith("(");
        if (bracketed) {
            if (!rest.endsWith(")")) {
                throw new SubmitException(line, "the list of items has no closing bracket");
            }
            rest = rest.substring(1, rest.length() - 1);
        }
        String count = "";
        Matcher counted = Pattern.compile("^(\\d+|\\$\\([^)]*\\))(?:\\s+|$)").matcher(before);
        if (counted.find()) {
            count = counted.group(1);
            before = before.substring(counted.end());
        }
        return new QueueStatement(
                line, count, variables(before, line), source, slice, rest, bracketed);
    }

    private static Slice slice(Matcher m, int line) throws SubmitException {
        Integer first = m.group(1).isEmpty() ? null : Integer.valueOf(m.group(1));
        if (m.group(2).isEmpty()) {
            if (first == null) {
                throw new SubmitException(line, "a slice is [first:end:step]");
            }
            return new Slice(first, first == -1 ? null : Integer.valueOf(first + 1), 1);
        }
        Integer end = m.group(3).isEmpty() ? null : Integer.valueOf(m.group(3));
        int step = m.group(4).isEmpty() ? 1 : Integer.parseInt(m.group(4));
        if (step < 1) {
            throw new SubmitException(line, "a slice's step is 1 or more");
        }
        return new Slice(first, end, step);
    }

    private static List<String> variables(String text, int line) throws SubmitException {
        if (text.isBlank()) {
            return List.of("Item");
        }
        List<String> names = Arrays.asList(text.strip().split("\\s*,\\s*|\\s+"));
        for (String name : names) {
            if (!name.matches("[A-Za-z_]\\w*")) {
                throw new SubmitException(line, "'" + name + "' is no name for a variable");
            }
        }
        return names;
    }
}
