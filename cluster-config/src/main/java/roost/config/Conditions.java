// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import roost.config.Macros.MacroException;

/** The {@code if} blocks that are open in one file, and what their conditions mean. */
final class Conditions {
    private static final Pattern VERSION =
            Pattern.compile("(==|!=|>=|<=|>|<)\\s*([0-9]{1,6}(?:\\.[0-9]{1,6}){0,2})");

    /** One open {@code if}. */
    private static final class Block {
        private final int line;
        private final boolean outer;
        private boolean taken;
        private boolean active;
        private boolean sawElse;

        Block(int line, boolean outer, boolean condition) {
            this.line = line;
            this.outer = outer;
            this.taken = condition;
            this.active = outer && condition;
        }
    }

    /** Decides a condition. */
    interface Test {
        boolean holds(String condition) throws MacroException;
    }

    private final Deque<Block> open = new ArrayDeque<>();

    /** Whether statements count at this place. */
    boolean active() {
        return open.isEmpty() || open.peek().active;
    }

    /** Line of the innermost {@code if} that was not closed; 0 if all were. */
    int unclosedLine() {
        return open.isEmpty() ? 0 : open.peek().line;
    }

    /**
     * Takes {@code if}, {@code elif}, {@code else} or {@code endif}. A condition is looked at only
     * if it matters, so a branch that is not taken may refer to what does not exist.
     */
    void apply(Statement.Conditional statement, int line, Test test) throws MacroException {
        if (statement.keyword().equals("if")) {
            if (open.size() == ConfigLimits.NESTED_IFS) {
                throw new MacroException(
                        "more than " + ConfigLimits.NESTED_IFS + " 'if' within each other");
            }
            boolean outer = active();
            Block block = new Block(line, outer, false);
            open.push(block);
            // After the push: a bad condition must not turn its 'endif' into a second error.
            block.taken = outer && test.holds(statement.condition());
            block.active = block.taken;
            return;
        }
        if (open.isEmpty()) {
            throw new MacroException("'" + statement.keyword() + "' without 'if'");
        }
        if (statement.keyword().equals("endif")) {
            open.pop();
            return;
        }
        Block block = open.peek();
        if (block.sawElse) {
            throw new MacroException("'" + statement.keyword() + "' after 'else'");
        }
        block.sawElse = statement.keyword().equals("else");
        block.active = false;
        if (block.outer && !block.taken) {
            block.taken = block.sawElse || test.holds(statement.condition());
            block.active = block.taken;
        }
    }

    /**
     * Whether a condition holds: {@code [!] defined NAME}, {@code [!] version >= X.Y[.Z]}, or
     * something that expands to a boolean or a number; nothing at all is false.
     *
     * <p>Source: HTCondor manual 8.8 "Conditionals in Configuration".
     */
    static boolean holds(String condition, MacroTable table, MacroTable.View view)
            throws MacroException {
        String text = condition.strip();
        boolean negated = false;
        while (text.startsWith("!")) {
            negated = !negated;
            text = text.substring(1).strip();
        }
        return negated != holdsPlain(text, table, view);
    }

    private static boolean holdsPlain(String text, MacroTable table, MacroTable.View view)
            throws MacroException {
        String[] words = text.split("\\s+", 2);
        String keyword = words[0].toLowerCase(Locale.ROOT);
        if (keyword.equals("defined")) {
            String name = words.length < 2 ? "" : expand(words[1], table, view);
            return defined(name, table, view);
        }
        if (keyword.startsWith("version") && !MacroReference.isName(keyword + "_" + text)) {
            return version(text.substring("version".length()).strip());
        }
        String value = expand(text, table, view);
        if (value.isEmpty()) {
            return false;
        }
        return Expressions.evaluate(yesNo(value))
                .asBoolean()
                .orElseThrow(
                        () ->
                                new MacroException(
                                        "'"
                                                + Statement.shorten(value)
                                                + "' is neither true nor false; expected 'defined"
                                                + " NAME', 'version >= X.Y.Z' or a boolean"));
    }

    private static boolean defined(String name, MacroTable table, MacroTable.View view)
            throws MacroException {
        String[] words = name.strip().split("\\s+", 2);
        if (words.length == 2 && words[0].equalsIgnoreCase("use")) {
            String[] template = words[1].split("\\s*:\\s*", 2);
            return template.length == 2
                    ? Templates.find(template[0], template[1]).isPresent()
                    : !Templates.names(template[0]).isEmpty();
        }
        if (name.isBlank()) {
            return false;
        }
        if (!MacroReference.isName(name.strip())) {
            throw new MacroException(
                    "expected a name after 'defined', found '" + Statement.shorten(name) + "'");
        }
        return table.find(name.strip(), view).isPresent();
    }

    private static String expand(String text, MacroTable table, MacroTable.View view)
            throws MacroException {
        return new Macros(table, view, Macros.ignored(), text).expand(text).strip();
    }

    private static String yesNo(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "yes", "y", "t" -> "true";
            case "no", "n", "f" -> "false";
            default -> value;
        };
    }

    /** Only as many parts as the condition names are compared: 8.9.11 equals 8.9. */
    private static boolean version(String comparison) throws MacroException {
        Matcher matcher = VERSION.matcher(comparison);
        if (!matcher.matches()) {
            throw new MacroException(
                    "expected a comparison such as 'version >= 8.1.6', found '"
                            + Statement.shorten(comparison)
                            + "'");
        }
        List<String> wanted = List.of(matcher.group(2).split("\\."));
        List<String> ours = List.of(CondorConfig.LANGUAGE_VERSION.split("\\."));
        int order = 0;
        for (int i = 0; i < wanted.size() && order == 0; i++) {
            order = Integer.compare(Integer.parseInt(ours.get(i)), Integer.parseInt(wanted.get(i)));
        }
        return switch (matcher.group(1)) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case ">=" -> order >= 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order < 0;
        };
    }
}
