// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import roost.config.Macros.MacroException;

/**
 * The functions {@code $NAME(arguments)}. Their names are case-sensitive; macros in the arguments
 * are expanded before the function sees them.
 *
 * <p>Where an argument is an "item", it may be the name of a macro, whose value is then taken, or
 * any other text, which is taken as it is.
 *
 * <p>Source: HTCondor manual 8.8 "Function Macros in Configuration".
 */
final class MacroFunctions {
    private static final Set<String> NAMES =
            Set.of(
                    "BASENAME",
                    "CHOICE",
                    "DIRNAME",
                    "ENV",
                    "EVAL",
                    "INT",
                    "RANDOM_CHOICE",
                    "RANDOM_INTEGER",
                    "REAL",
                    "STRING",
                    "SUBSTR");

    private static final String PATH_LETTERS = "fpduwnxbqa";

    private MacroFunctions() {}

    static boolean isFunction(String name) {
        return NAMES.contains(name) || isPathFunction(name);
    }

    /** {@code F} followed by letters that say which parts of a path are wanted. */
    private static boolean isPathFunction(String name) {
        return name.startsWith("F")
                && name.chars().skip(1).allMatch(c -> PATH_LETTERS.indexOf(c) >= 0);
    }

    /** The result of a function; {@code body} is what stands between the parentheses, expanded. */
    static String call(Macros macros, String function, String body) throws MacroException {
        return switch (function) {
            case "ENV" -> environment(macros, body);
            case "INT" -> integer(macros, body);
            case "REAL" -> real(macros, body);
            case "STRING" -> string(macros, body);
            case "EVAL" -> Expressions.evaluate(item(macros, body)).printed();
            case "RANDOM_CHOICE" -> randomChoice(macros, body);
            case "RANDOM_INTEGER" -> randomInteger(macros, body);
            case "CHOICE" -> choice(macros, body);
            case "SUBSTR" -> substring(macros, body);
            case "DIRNAME" -> PathParts.take("p", unquote(item(macros, body)));
            case "BASENAME" -> PathParts.take("nx", unquote(item(macros, body)));
            default -> PathParts.take(function.substring(1), unquote(item(macros, body)));
        };
    }

    private static String environment(Macros macros, String body) {
        int colon = body.indexOf(':');
        String name = (colon < 0 ? body : body.substring(0, colon)).strip();
        Optional<String> value = macros.environment(name);
        // HTCondor's word for a missing variable, so that an expression sees it as undefined.
        return value.orElse(colon < 0 ? "UNDEFINED" : body.substring(colon + 1));
    }

    private static String integer(Macros macros, String body) throws MacroException {
        int comma = body.indexOf(',');
        String item = item(macros, comma < 0 ? body : body.substring(0, comma));
        long value = Expressions.integer("$INT", item);
        return comma < 0
                ? Long.toString(value)
                : CFormat.format(body.substring(comma + 1), CFormat.Kind.INTEGER, value);
    }

    private static String real(Macros macros, String body) throws MacroException {
        int comma = body.indexOf(',');
        String item = item(macros, comma < 0 ? body : body.substring(0, comma));
        double value = Expressions.real("$REAL", item);
        return comma < 0
                ? CFormat.format("%16G", CFormat.Kind.REAL, value).strip()
                : CFormat.format(body.substring(comma + 1), CFormat.Kind.REAL, value);
    }

    private static String string(Macros macros, String body) throws MacroException {
        int comma = body.indexOf(',');
        String item = item(macros, comma < 0 ? body : body.substring(0, comma));
        String value = Expressions.evaluate(item).asText().orElse(item);
        return comma < 0
                ? value
                : CFormat.format(body.substring(comma + 1), CFormat.Kind.STRING, value);
    }

    private static String randomChoice(Macros macros, String body) throws MacroException {
        List<String> items = items(macros, arguments(body));
        if (items.isEmpty()) {
            throw new MacroException("$RANDOM_CHOICE has nothing to choose from");
        }
        return items.get(macros.random().nextInt(items.size()));
    }

    private static String randomInteger(Macros macros, String body) throws MacroException {
        List<String> arguments = arguments(body);
        if (arguments.size() < 2 || arguments.size() > 3) {
            throw new MacroException(
                    "expected $RANDOM_INTEGER(min, max [, step]), found "
                            + arguments.size()
                            + " arguments");
        }
        long min = number(macros, "$RANDOM_INTEGER", arguments.get(0));
        long max = number(macros, "$RANDOM_INTEGER", arguments.get(1));
        long step = arguments.size() < 3 ? 1 : number(macros, "$RANDOM_INTEGER", arguments.get(2));
        if (step < 1) {
            throw new MacroException(
                    "the step of $RANDOM_INTEGER is " + step + ", must be 1 or more");
        }
        if (max < min || max - min < 0) {
            throw new MacroException(
                    "the range of $RANDOM_INTEGER is empty or too wide: " + min + " to " + max);
        }
        long choices = (max - min) / step + 1;
        return Long.toString(min + step * macros.random().nextLong(choices));
    }

    private static String choice(Macros macros, String body) throws MacroException {
        List<String> arguments = arguments(body);
        if (arguments.size() < 2) {
            throw new MacroException("expected $CHOICE(index, list) or $CHOICE(index, item, ...)");
        }
        long index = number(macros, "$CHOICE", arguments.get(0));
        List<String> items = items(macros, arguments.subList(1, arguments.size()));
        if (index < 0 || index >= items.size()) {
            throw new MacroException(
                    "the index of $CHOICE is "
                            + index
                            + ", must be 0 to "
                            + (items.size() - 1)
                            + " for this list");
        }
        return items.get((int) index);
    }

    private static String substring(Macros macros, String body) throws MacroException {
        List<String> arguments = arguments(body);
        if (arguments.size() < 2 || arguments.size() > 3) {
            throw new MacroException("expected $SUBSTR(name, start [, length])");
        }
        String text = item(macros, arguments.get(0));
        long start = number(macros, "$SUBSTR", arguments.get(1));
        long from = start < 0 ? Math.max(0, text.length() + start) : Math.min(start, text.length());
        long to = text.length();
        if (arguments.size() == 3) {
            long length = number(macros, "$SUBSTR", arguments.get(2));
            to =
                    length < 0
                            ? text.length() + Math.max(length, -to)
                            : Math.min(to - from, length) + from;
        }
        return from < to ? text.substring((int) from, (int) to) : "";
    }

    /** A list of one name that is a macro is that macro's list; otherwise the items themselves. */
    private static List<String> items(Macros macros, List<String> arguments) throws MacroException {
        if (arguments.size() == 1 && MacroReference.isName(arguments.get(0))) {
            Optional<String> list = macros.value(arguments.get(0));
            if (list.isPresent()) {
                return ConfigList.split(list.get());
            }
        }
        return arguments;
    }

    private static String item(Macros macros, String argument) throws MacroException {
        String text = argument.strip();
        Optional<String> value =
                MacroReference.isName(text) ? macros.value(text) : Optional.empty();
        return value.orElse(text);
    }

    private static long number(Macros macros, String function, String argument)
            throws MacroException {
        String item = item(macros, argument);
        return Expressions.integer(function, item);
    }

    private static String unquote(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /** Splits at commas outside parentheses and quotes; blanks round an argument do not count. */
    private static List<String> arguments(String body) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && c == ')') {
                depth--;
            } else if (!quoted && depth == 0 && c == ',') {
                arguments.add(body.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (start > 0 || !body.isBlank()) {
            arguments.add(body.substring(start).strip());
        }
        return arguments;
    }
}
