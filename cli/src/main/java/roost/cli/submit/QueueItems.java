// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import roost.api.CommandHost;

/** Finds the items of a queue statement: listed, in a file, or names of files that match. */
final class QueueItems {
    private static final int MAX_PATTERN_PARTS = 64;

    private final CommandHost host;
    private final SubmitMacros macros;

    QueueItems(CommandHost host, SubmitMacros macros) {
        this.host = host;
        this.macros = macros;
    }

    /** The statement's items, each still one text; one empty item if it names no source. */
    List<String> of(QueueStatement statement) throws IOException, SubmitException {
        int line = statement.line();
        List<String> items =
                switch (statement.source()) {
                    case NONE -> List.of("");
                    case IN -> words(macros.expand(statement.items(), line), statement.bracketed());
                    case FROM ->
                            statement.bracketed()
                                    ? rows(macros.expand(statement.items(), line))
                                    : rows(file(macros.expand(statement.items(), line), line));
                    case MATCHING, MATCHING_FILES, MATCHING_DIRS -> matching(statement);
                };
        return statement.slice().of(items);
    }

    private static List<String> words(String text, boolean bracketed) {
        // A list over several lines has an item a line; in one line commas or blanks separate.
        String separator = bracketed && text.contains("\n") ? "\\s*[,\n]\\s*" : "[,\\s]+";
        return Arrays.stream(text.strip().split(separator))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static List<String> rows(String text) {
        return text.lines()
                .map(String::strip)
                .filter(row -> !row.isEmpty() && !row.startsWith("#"))
                .toList();
    }

    private String file(String name, int line) throws IOException, SubmitException {
        if (name.isBlank()) {
            throw new SubmitException(line, "queue ... from needs a file or a list in brackets");
        }
        if (name.endsWith("|")) {
            throw new SubmitException(
                    line, "items from a program's output are not supported; write them to a file");
        }
        try (InputStream in = host.read(name.strip())) {
            byte[] bytes = in.readNBytes(SubmitLimits.MAX_FILE_BYTES + 1);
            if (bytes.length > SubmitLimits.MAX_FILE_BYTES) {
                throw new SubmitException(
                        line,
                        "'" + name + "' is larger than " + SubmitLimits.MAX_FILE_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (CommandHost.FileAccessException e) {
            throw new SubmitException(line, "failed to open " + e.getMessage());
        }
    }

    private List<String> matching(QueueStatement statement) throws IOException, SubmitException {
        TreeSet<String> found = new TreeSet<>();
        for (String pattern : words(macros.expand(statement.items(), statement.line()), false)) {
            if (pattern.split("/").length > MAX_PATTERN_PARTS) {
                throw new SubmitException(statement.line(), "'" + pattern + "' has too many parts");
            }
            List<String> paths = List.of(pattern.startsWith("/") ? "/" : "");
            for (String part : pattern.split("/")) {
                if (!part.isEmpty()) {
                    paths = next(paths, part, statement.line());
                }
            }
            for (String path : paths) {
                if (isWanted(path, statement.source())) {
                    found.add(path);
                }
            }
        }
        return new ArrayList<>(found);
    }

    private List<String> next(List<String> parents, String part, int line)
            throws IOException, SubmitException {
        List<String> found = new ArrayList<>();
        boolean literal = !part.matches(".*[*?\\[].*");
        Glob glob = new Glob(part);
        for (String parent : parents) {
            String prefix = parent.isEmpty() || parent.equals("/") ? parent : parent + "/";
            if (literal) {
                if (host.facts(prefix + part).exists()) {
                    found.add(prefix + part);
                }
                continue;
            }
            for (String name : names(parent.isEmpty() ? "." : parent)) {
                boolean hidden = name.startsWith(".") && !part.startsWith(".");
                if (!hidden && glob.matches(name)) {
                    found.add(prefix + name);
                }
            }
            if (found.size() > SubmitLimits.MAX_JOBS) {
                throw new SubmitException(
                        line, "more than " + SubmitLimits.MAX_JOBS + " names match '" + part + "'");
            }
        }
        return found;
    }

    private List<String> names(String directory) {
        try {
            return host.list(directory);
        } catch (IOException e) {
            return List.of(); // A file where a directory would have to be: nothing matches there.
        }
    }

    private boolean isWanted(String path, QueueStatement.Source source) throws IOException {
        return switch (source) {
            case MATCHING_FILES -> host.facts(path).regular();
            case MATCHING_DIRS -> host.facts(path).exists() && !host.facts(path).regular();
            default -> true;
        };
    }

    /** An item's values for as many variables; the last takes all that is left. */
    static List<String> values(String item, int variables) {
        List<String> values = new ArrayList<>();
        String rest = item.strip();
        while (values.size() < variables - 1) {
            String[] split = rest.split("\\s*,\\s*|\\s+", 2);
            values.add(split[0]);
            rest = split.length > 1 ? split[1] : "";
        }
        values.add(rest);
        return values;
    }
}
