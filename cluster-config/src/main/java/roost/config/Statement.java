// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.Locale;

/** One statement of the configuration language, as written. */
sealed interface Statement {

    /** {@code NAME = value}. */
    record Assignment(String name, String value) implements Statement {}

    /** {@code NAME @=tag}: the value is the lines up to {@code @tag}. */
    record MultiLine(String name, String tag) implements Statement {}

    /**
     * {@code include [ifexist] [command [into FILE]] : TARGET}.
     *
     * @param cache where to keep a command's output; empty for nowhere
     */
    record Include(boolean ifExist, boolean command, String cache, String target)
            implements Statement {}

    /** {@code use CATEGORY : NAME...}. */
    record Use(String category, String names) implements Statement {}

    /** {@code if}, {@code elif}, {@code else} and {@code endif}; the last two without condition. */
    record Conditional(String keyword, String condition) implements Statement {}

    /** {@code error : TEXT} and {@code warning : TEXT}. */
    record Message(boolean error, String text) implements Statement {}

    /** {@code [Section]}: headings that other programs put into such files; no meaning here. */
    record Heading() implements Statement {}

    /** Not a statement; {@code message} says what was expected. */
    record Malformed(String message) implements Statement {}

    /** Understands one logical line. */
    static Statement parse(String line) {
        String text = line.startsWith("@") ? line.substring(1).stripLeading() : line;
        int end = 0;
        while (end < text.length() && isNameCharacter(text.charAt(end))) {
            end++;
        }
        String word = text.substring(0, end);
        String rest = text.substring(end).stripLeading();
        boolean at = line.startsWith("@");
        if (!at && !word.isEmpty() && rest.startsWith("=") && !rest.startsWith("==")) {
            return new Assignment(word, rest.substring(1).strip());
        }
        if (!at && !word.isEmpty() && rest.startsWith("@=")) {
            String tag = rest.substring(2).strip();
            return isTag(tag)
                    ? new MultiLine(word, tag)
                    : new Malformed(
                            "expected a tag of letters and digits after '@=', found '" + tag + "'");
        }
        return keyword(word, rest, line);
    }

    private static Statement keyword(String word, String rest, String line) {
        String keyword = word.toLowerCase(Locale.ROOT);
        return switch (keyword) {
            case "if", "elif" ->
                    rest.isEmpty()
                            ? new Malformed("expected a condition after '" + keyword + "'")
                            : new Conditional(keyword, rest);
            case "else", "endif" ->
                    rest.isEmpty()
                            ? new Conditional(keyword, "")
                            : new Malformed(
                                    "expected nothing after '"
                                            + keyword
                                            + "', found '"
                                            + shorten(rest)
                                            + "'");
            case "include" -> include(rest);
            case "use" -> use(rest);
            case "error", "warning" -> message(keyword, word, rest, line);
            default -> notAStatement(word, rest, line);
        };
    }

    private static Statement message(String keyword, String word, String rest, String line) {
        if (!rest.startsWith(":")) {
            return notAStatement(word, rest, line);
        }
        String text = rest.substring(1).strip();
        return text.isEmpty()
                ? new Malformed("expected a text after '" + keyword + " :'")
                : new Message("error".equals(keyword), text);
    }

    private static Statement include(String rest) {
        int colon = rest.indexOf(':');
        if (colon < 0) {
            return new Malformed("expected 'include : FILE', found no ':'");
        }
        String target = rest.substring(colon + 1).strip();
        String[] words = rest.substring(0, colon).strip().split("\\s+");
        boolean ifExist = false;
        boolean command = false;
        String cache = "";
        for (int i = 0; i < words.length; i++) {
            switch (words[i].toLowerCase(Locale.ROOT)) {
                case "" -> {}
                case "ifexist" -> ifExist = true;
                case "command" -> command = true;
                case "into" -> {
                    if (i + 1 == words.length) {
                        return new Malformed("expected a file name after 'into'");
                    }
                    cache = words[++i];
                }
                default -> {
                    return new Malformed(
                            "expected 'ifexist', 'command' or 'into FILE' between 'include' and"
                                    + " ':', found '"
                                    + shorten(words[i])
                                    + "'");
                }
            }
        }
        if (!cache.isEmpty() && !command) {
            return new Malformed("'into' needs 'command': include command into FILE : COMMAND");
        }
        if (target.endsWith("|")) {
            command = true;
            target = target.substring(0, target.length() - 1).strip();
        }
        return target.isEmpty()
                ? new Malformed("expected a file name after 'include :'")
                : new Include(ifExist, command, cache, target);
    }

    private static Statement use(String rest) {
        int colon = rest.indexOf(':');
        String category = colon < 0 ? "" : rest.substring(0, colon).strip();
        String names = rest.substring(colon + 1).strip();
        return category.isEmpty() || names.isEmpty()
                ? new Malformed("expected 'use CATEGORY : NAME', for example 'use ROLE : Personal'")
                : new Use(category, names);
    }

    private static Statement notAStatement(String word, String rest, String line) {
        if (line.startsWith("[")) {
            return new Heading();
        }
        if (word.isEmpty()) {
            return new Malformed("expected a name, found '" + shorten(line) + "'");
        }
        if (rest.isEmpty()) {
            return new Malformed(
                    "expected '=' after '" + shorten(word) + "', found the end of the line");
        }
        return new Malformed(
                "expected '=' after '" + shorten(word) + "', found '" + shorten(rest) + "'");
    }

    /** Characters of names; the dot parts a prefix from the name proper. */
    static boolean isNameCharacter(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '_'
                || c == '.';
    }

    private static boolean isTag(String tag) {
        return !tag.isEmpty() && tag.chars().allMatch(c -> isNameCharacter((char) c));
    }

    /** Enough of a text to recognise it in a message. */
    static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
