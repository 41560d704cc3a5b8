// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import roost.config.CondorConfig;
import roost.config.ConfigException;

/**
 * The names that a submit description defines, and the replacing of {@code $(name)} by their
 * values. Names are compared without regard to case. Values are replaced when they are used, not
 * when they are defined, except that a value that names itself takes its old value at once.
 *
 * <p>Understood are {@code $(name)}, {@code $(name:default)}, {@code $ENV(name)}, {@code
 * $F[pdnxq](name)}, {@code $RANDOM_CHOICE(a,b,...)}, {@code $RANDOM_INTEGER(min,max[,step])} and
 * {@code $(DOLLAR)}. {@code $$(attribute)} is left alone: it is filled in at the match. {@code
 * $(Cluster)} and {@code $(ClusterId)} are left alone as well: only the node knows the number.
 */
final class SubmitMacros {
    /** A definition: the value as written, and where. */
    record Definition(String name, String value, int line) {}

    private final Map<String, Definition> defined = new LinkedHashMap<>();
    private final Map<String, String> automatic = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<String, String> environment;
    private final CondorConfig configuration;
    private final Random random;

    /**
     * @param configuration where names are looked up that the description does not define, and
     *     which knows the functions that are not about a submit description
     */
    SubmitMacros(Map<String, String> environment, CondorConfig configuration, Random random) {
        this.environment = environment;
        this.configuration = configuration;
        this.random = random;
    }

    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    void define(String name, String value, int line) throws SubmitException {
        String key = key(name);
        String now = value;
        if (mentions(value, key)) {
            Definition old = defined.get(key);
            now = replaceSelf(value, key, old == null ? "" : old.value(), line);
        }
        if (now.length() > SubmitLimits.MAX_VALUE_CHARS) {
            throw tooLong(line);
        }
        defined.put(key, new Definition(name, now, line));
    }

    /**
     * Sets what belongs to one job: {@code Process}, {@code Item}, a queue statement's variables.
     */
    void automatic(String name, String value) {
        automatic.put(key(name), value);
    }

    void forget(List<String> names) {
        names.forEach(name -> automatic.remove(key(name)));
    }

    /** What a queue statement's variable of that name is for this job. */
    Optional<String> automaticValue(String name) {
        return Optional.ofNullable(automatic.get(key(name)));
    }

    boolean isDefined(String name) {
        return automatic.containsKey(key(name)) || defined.containsKey(key(name));
    }

    /** The definition of a name, which counts as used from now on. */
    Optional<Definition> use(String name) {
        String key = key(name);
        Definition definition = defined.get(key);
        if (definition != null) {
            uses.merge(key, 1, Integer::sum);
        }
        return Optional.ofNullable(definition);
    }

    /** Definitions that nothing has used, in order. */
    List<Definition> unused() {
        return defined.entrySet().stream()
                .filter(entry -> !uses.containsKey(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Every definition whose name has this beginning, in order. */
    List<Definition> startingWith(String prefix) {
        List<Definition> found = new ArrayList<>();
        defined.forEach(
                (key, definition) -> {
                    if (key.startsWith(prefix)) {
                        found.add(definition);
                    }
                });
        return found;
    }

    /** The text with its macros replaced. */
    String expand(String text, int line) throws SubmitException {
        if (text.indexOf('$') < 0) {
            return text;
        }
        return new Expansion(line).expand(text, 0);
    }

    private static boolean mentions(String value, String key) {
        return value.toLowerCase(Locale.ROOT).contains("$(" + key);
    }

    private static String replaceSelf(String value, String key, String old, int line)
            throws SubmitException {
        StringBuilder result = new StringBuilder();
        int from = 0;
        while (true) {
            int start = value.toLowerCase(Locale.ROOT).indexOf("$(" + key + ")", from);
            if (start < 0) {
                return result.append(value, from, value.length()).toString();
            }
            result.append(value, from, start).append(old);
            if (result.length() > SubmitLimits.MAX_VALUE_CHARS) {
                throw tooLong(line);
            }
            from = start + key.length() + 3;
        }
    }

    private static SubmitException tooLong(int line) {
        return new SubmitException(
                line, "the value is longer than " + SubmitLimits.MAX_VALUE_CHARS + " characters");
    }

    /** One replacing of macros, which counts what it does. */
    private final class Expansion {
        private final int line;
        private int used;
        private long produced;

        Expansion(int line) {
            this.line = line;
        }

        String expand(String text, int depth) throws SubmitException {
            if (depth > SubmitLimits.MAX_MACRO_DEPTH) {
                throw new SubmitException(
                        line,
                        "macros refer to each other more than " + depth + " deep: " + brief(text));
            }
            StringBuilder result = new StringBuilder();
            int from = 0;
            while (from < text.length()) {
                int dollar = text.indexOf('$', from);
                if (dollar < 0) {
                    break;
                }
                append(result, text.substring(from, dollar));
                from = macro(text, dollar, result, depth);
            }
            append(result, text.substring(Math.min(from, text.length())));
            return result.toString();
        }

        private void append(StringBuilder result, String piece) throws SubmitException {
            produced += piece.length();
            if (produced > (long) SubmitLimits.MAX_VALUE_CHARS * 2
                    || result.length() + piece.length() > SubmitLimits.MAX_VALUE_CHARS) {
                throw tooLong(line);
            }
            result.append(piece);
        }

        /** Replaces what begins at the dollar sign; returns where the rest begins. */
        private int macro(String text, int dollar, StringBuilder result, int depth)
                throws SubmitException {
            int open = dollar + 1;
            while (open < text.length()
                    && (Character.isLetter(text.charAt(open)) || text.charAt(open) == '_')) {
                open++;
            }
            boolean atMatch = text.startsWith("$$(", dollar) || text.startsWith("$$[", dollar);
            if (atMatch) {
                append(result, "$$");
                return dollar + 2;
            }
            int close = open < text.length() && text.charAt(open) == '(' ? closing(text, open) : -1;
            if (close < 0) {
                append(result, "$");
                return dollar + 1;
            }
            if (++used > SubmitLimits.MAX_MACRO_USES) {
                throw new SubmitException(line, "too many macros in one value: " + brief(text));
            }
            String function = text.substring(dollar + 1, open);
            String body = text.substring(open + 1, close);
            append(result, value(function, body, depth));
            return close + 1;
        }

        private int closing(String text, int open) {
            int depth = 0;
            for (int i = open; i < text.length(); i++) {
                if (text.charAt(i) == '(') {
                    depth++;
                } else if (text.charAt(i) == ')' && --depth == 0) {
                    return i;
                }
            }
            return -1;
        }

        private String value(String function, String body, int depth) throws SubmitException {
            String upper = function.toUpperCase(Locale.ROOT);
            if (upper.isEmpty()) {
                return plain(body, depth);
            }
            if (upper.equals("ENV")) {
                int colon = body.indexOf(':');
                String name = colon < 0 ? body : body.substring(0, colon);
                String fallback = colon < 0 ? "" : expand(body.substring(colon + 1), depth + 1);
                return environment.getOrDefault(name.strip(), fallback);
            }
            if (upper.equals("RANDOM_CHOICE")) {
                String[] choices = expand(body, depth + 1).split(",");
                return choices[random.nextInt(choices.length)].strip();
            }
            if (upper.matches("F[PDNXQ]*")) {
                return PathParts.select(upper, plain(body, depth));
            }
            if (upper.equals("RANDOM_INTEGER")) {
                return randomInteger(expand(body, depth + 1));
            }
            if (!List.of("INT", "REAL", "STRING", "SUBSTR", "CHOICE").contains(upper)) {
                throw new SubmitException(line, "there is no macro function '$" + function + "'");
            }
            try {
                return configuration.expand("$" + upper + "(" + resolved(body, depth) + ")");
            } catch (ConfigException e) {
                throw new SubmitException(line, e.getMessage());
            }
        }

        private String plain(String body, int depth) throws SubmitException {
            int colon = body.indexOf(':');
            String name = (colon < 0 ? body : body.substring(0, colon)).strip();
            String key = key(name);
            if (key.equals("cluster") || key.equals("clusterid")) {
                return "$(" + name + ")";
            }
            if (key.equals("dollar")) {
                return "$";
            }
            String own = automatic.get(key);
            if (own != null) {
                return own;
            }
            Optional<Definition> definition = use(name);
            if (definition.isPresent()) {
                return expand(definition.get().value(), depth + 1);
            }
            if (colon >= 0) {
                return expand(body.substring(colon + 1), depth + 1);
            }
            return configuration.get(name).orElse("");
        }

        /** A function's arguments with the description's own names in them replaced. */
        private String resolved(String body, int depth) throws SubmitException {
            StringBuilder arguments = new StringBuilder();
            for (String argument : body.split(",", -1)) {
                String name = argument.strip();
                boolean known = name.matches("[A-Za-z_]\\w*") && isDefined(name);
                arguments
                        .append(arguments.length() == 0 ? "" : ",")
                        .append(known ? plain(name, depth) : expand(argument, depth + 1));
            }
            return arguments.toString();
        }

        /** Drawn anew for every job, unlike a configuration's, which is the same each time. */
        private String randomInteger(String body) throws SubmitException {
            String[] parts = body.split(",", -1);
            try {
                long low = Long.parseLong(parts[0].strip());
                long high = Long.parseLong(parts[1].strip());
                long step = parts.length > 2 ? Long.parseLong(parts[2].strip()) : 1;
                if (step > 0 && low <= high && parts.length <= 3) {
                    long choices = Math.subtractExact(high, low) / step + 1;
                    return Long.toString(low + step * (long) (random.nextDouble() * choices));
                }
            } catch (ArithmeticException
                    | NumberFormatException
                    | ArrayIndexOutOfBoundsException e) {
                // Said below.
            }
            throw new SubmitException(
                    line, "$RANDOM_INTEGER takes min,max or min,max,step, not '" + body + "'");
        }

        private String brief(String text) {
            return text.length() <= 60 ? text : text.substring(0, 60) + "...";
        }
    }
}
