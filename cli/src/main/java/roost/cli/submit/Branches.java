// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** The conditions that are open at a place of the description, and whether that place counts. */
final class Branches {
    /** One open condition. */
    private static final class Branch {
        private final int line;
        private final boolean outer;
        private boolean decided;
        private boolean active;
        private boolean hasElse;

        Branch(int line, boolean outer) {
            this.line = line;
            this.outer = outer;
        }

        void decide(boolean holds) {
            active = outer && !decided && holds;
            decided |= active;
        }
    }

    private final SubmitMacros macros;
    private final Deque<Branch> open = new ArrayDeque<>();

    Branches(SubmitMacros macros) {
        this.macros = macros;
    }

    boolean active() {
        return open.isEmpty() || open.peek().active;
    }

    /** Takes the line if it is about a condition; tells whether it is. */
    boolean take(SubmitLines.Line line) throws SubmitException {
        String[] words = line.text().split("\\s+", 2);
        String condition = words.length > 1 ? words[1] : "";
        if (condition.startsWith("=")) {
            return false;
        }
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "if" -> {
                if (open.size() >= SubmitLimits.MAX_IF_DEPTH) {
                    throw new SubmitException(line.number(), "too many conditions in each other");
                }
                Branch branch = new Branch(line.number(), active());
                branch.decide(branch.outer && holds(condition, line.number()));
                open.push(branch);
            }
            case "elif" -> {
                Branch branch = innermost(line);
                boolean matters = branch.outer && !branch.decided;
                branch.decide(matters && holds(condition, line.number()));
            }
            case "else" -> {
                Branch branch = innermost(line);
                branch.hasElse = true;
                branch.decide(true);
            }
            case "endif" -> {
                if (open.isEmpty()) {
                    throw new SubmitException(line.number(), "endif without if");
                }
                open.pop();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private Branch innermost(SubmitLines.Line line) throws SubmitException {
        if (open.isEmpty() || open.peek().hasElse) {
            throw new SubmitException(
                    line.number(), "'" + line.text() + "' without an if that it belongs to");
        }
        return open.peek();
    }

    /** Must be called at the end of the description. */
    void close() throws SubmitException {
        if (!open.isEmpty()) {
            throw new SubmitException(open.peek().line, "if without endif");
        }
    }

    /** {@code [!] defined NAME}, or what becomes a boolean or a number when it is expanded. */
    private boolean holds(String condition, int line) throws SubmitException {
        String text = condition.strip();
        if (text.startsWith("!")) {
            return !holds(text.substring(1), line);
        }
        String[] words = text.split("\\s+", 2);
        if (words[0].equalsIgnoreCase("defined")) {
            return words.length > 1 && isDefined(words[1], line);
        }
        String value = macros.expand(text, line).strip().toLowerCase(Locale.ROOT);
        switch (value) {
            case "true", "yes", "t" -> {
                return true;
            }
            case "false", "no", "f", "" -> {
                return false;
            }
            default -> {
                try {
                    return Double.parseDouble(value) != 0;
                } catch (NumberFormatException e) {
                    throw new SubmitException(
                            line, "'" + text + "' is neither true nor false nor a number");
                }
            }
        }
    }

    private boolean isDefined(String what, int line) throws SubmitException {
        String name = macros.expand(what, line).strip();
        boolean plain = name.matches("[A-Za-z_][\\w.]*");
        return plain ? macros.isDefined(name) : !name.isEmpty();
    }
}
