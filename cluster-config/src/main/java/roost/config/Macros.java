// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Expands the macros of one value.
 *
 * <p>Known are {@code $(NAME)}, {@code $(NAME:default)} and the functions of {@link
 * MacroFunctions}. {@code $$(NAME)} and {@code $$([expr])} belong to the match of a job with a
 * machine and stay as they are, as does every other text with a {@code $}: shell commands and
 * regular expressions stand in configuration files too.
 *
 * <p>A name that is not defined expands to nothing. A name that refers to itself, too deep a
 * nesting, too long a result or too much work is a {@link MacroException}.
 *
 * <p>Source: HTCondor manual 8.8 "Configuration File Macros".
 */
final class Macros {
    private final MacroTable table;
    private final MacroTable.View view;
    private final Deque<String> beingExpanded = new ArrayDeque<>();
    private final Set<String> undefined;
    private final String subject;
    private RandomGenerator random;
    private int work;

    /**
     * One expansion.
     *
     * @param undefined collects names that were referred to without a default and are not defined
     * @param subject the name whose value is expanded: the same name draws the same random numbers
     */
    Macros(MacroTable table, MacroTable.View view, Set<String> undefined, String subject) {
        this.table = table;
        this.view = view;
        this.undefined = undefined;
        this.subject = subject;
    }

    /** Why a value does not expand. Checked, so that no caller forgets to say where it stands. */
    static final class MacroException extends Exception {
        private static final long serialVersionUID = 1L;

        MacroException(String message) {
            // No stack trace: this is the user's mistake, and there may be many.
            super(message, null, false, false);
        }
    }

    /** The expanded value of a name, or nothing if it is not defined. */
    Optional<String> value(String name) throws MacroException {
        Optional<MacroTable.Entry> entry = table.find(name, view);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        String key = MacroTable.key(name);
        if (beingExpanded.contains(key)) {
            throw new MacroException(name + " refers to itself: " + chain(key));
        }
        deeper(beingExpanded.size());
        beingExpanded.push(key);
        String expanded = expand(entry.get().raw());
        beingExpanded.pop();
        return Optional.of(expanded);
    }

    /** Expands a text. */
    String expand(String text) throws MacroException {
        return expand(text, 0);
    }

    private String expand(String text, int depth) throws MacroException {
        charge(text.length());
        int dollar = text.indexOf('$');
        if (dollar < 0) {
            return text;
        }
        deeper(depth);
        MacroReference.Finder finder = new MacroReference.Finder(text);
        StringBuilder out = new StringBuilder(text.length() + 16);
        int copied = 0;
        while (dollar >= 0) {
            MacroReference reference = finder.at(dollar);
            if (reference == null) {
                dollar = text.indexOf('$', afterDollar(text, dollar));
                continue;
            }
            append(out, text.substring(copied, dollar));
            append(out, expand(reference, text, depth + 1));
            copied = reference.end();
            dollar = text.indexOf('$', copied);
        }
        append(out, text.substring(copied));
        return out.toString();
    }

    /** {@code $$} is a pair, so that the second {@code $} of {@code $$(X)} begins no macro. */
    private static int afterDollar(String text, int dollar) {
        return dollar + (text.startsWith("$$", dollar) ? 2 : 1);
    }

    private String expand(MacroReference reference, String text, int depth) throws MacroException {
        String body = reference.body(text);
        if (!reference.function().isEmpty()) {
            return MacroFunctions.call(this, reference.function(), expand(body, depth));
        }
        int colon = MacroReference.defaultColon(body);
        String name = expand(colon < 0 ? body : body.substring(0, colon), depth).strip();
        if (!MacroReference.isName(name)) {
            throw new MacroException(
                    "'" + Statement.shorten(name) + "' is not the name of a macro");
        }
        if (name.equalsIgnoreCase("DOLLAR")) {
            return "$";
        }
        Optional<String> value = value(name);
        if (value.isPresent()) {
            return value.get();
        }
        if (colon >= 0) {
            return expand(body.substring(colon + 1), depth);
        }
        undefined.add(name);
        return "";
    }

    private static void append(StringBuilder out, String text) throws MacroException {
        if (out.length() + text.length() > ConfigLimits.VALUE_CHARS) {
            throw new MacroException(
                    "expands to more than " + ConfigLimits.VALUE_CHARS + " characters");
        }
        out.append(text);
    }

    private static void deeper(int depth) throws MacroException {
        if (depth >= ConfigLimits.MACRO_DEPTH) {
            throw new MacroException(
                    "more than " + ConfigLimits.MACRO_DEPTH + " macros within each other");
        }
    }

    /** Bounds time: a value that is short when expanded may still be long in the making. */
    private void charge(int characters) throws MacroException {
        work += characters + 8;
        if (work > ConfigLimits.MACRO_WORK) {
            throw new MacroException(
                    "takes more than " + ConfigLimits.MACRO_WORK + " characters to expand");
        }
    }

    /** How much was done so far, in characters looked at. */
    int work() {
        return work;
    }

    private String chain(String key) {
        List<String> names = new ArrayList<>();
        for (String name : beingExpanded) {
            names.add(0, name.toUpperCase(Locale.ROOT));
            if (name.equals(key)) {
                break;
            }
        }
        names.add(key.toUpperCase(Locale.ROOT));
        int shown = Math.min(names.size(), 10);
        return String.join(" -> ", names.subList(0, shown))
                + (shown < names.size() ? " -> ..." : "");
    }

    RandomGenerator random() {
        if (random == null) {
            long seed = table.source().seed();
            random = new SplittableRandom(seed * 31 + MacroTable.key(subject).hashCode());
        }
        return random;
    }

    Optional<String> environment(String name) {
        return Optional.ofNullable(table.source().environment().get(name));
    }

    /**
     * Expands, in the new value of {@code name}, only what refers to {@code name} itself, by its
     * present value: {@code A = $(A) more}. All else stays for later. For {@code STARTD.A}, a
     * reference to plain {@code A} counts as itself too.
     */
    String expandSelf(String name, String value) throws MacroException {
        charge(value.length());
        int dollar = value.indexOf('$');
        if (dollar < 0) {
            return value;
        }
        String tail = name.substring(name.indexOf('.') + 1);
        MacroReference.Finder finder = new MacroReference.Finder(value);
        StringBuilder out = new StringBuilder();
        int copied = 0;
        while (dollar >= 0) {
            MacroReference reference = finder.at(dollar);
            boolean itself =
                    reference != null
                            && (reference.name().equalsIgnoreCase(name)
                                    || reference.name().equalsIgnoreCase(tail));
            if (!itself) {
                // On with what is inside: $(OTHER:$(A)) refers to A.
                dollar = value.indexOf('$', afterDollar(value, dollar));
                continue;
            }
            append(out, value.substring(copied, dollar));
            append(out, selfValue(reference, value));
            copied = reference.end();
            dollar = value.indexOf('$', copied);
        }
        append(out, value.substring(copied));
        return out.toString();
    }

    private String selfValue(MacroReference reference, String text) throws MacroException {
        if (!reference.function().isEmpty()) {
            return expand(reference, text, 0);
        }
        String body = reference.body(text);
        int colon = MacroReference.defaultColon(body);
        Optional<String> raw = table.find(reference.name(), view).map(MacroTable.Entry::raw);
        String value = raw.orElse(colon < 0 ? "" : body.substring(colon + 1));
        charge(value.length());
        return value;
    }

    /** For callers that do not care which names are undefined. */
    static Set<String> ignored() {
        return new HashSet<>();
    }
}
