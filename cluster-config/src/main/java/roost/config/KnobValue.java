// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Turns the expanded text of a knob into what its type says. */
final class KnobValue {
    private KnobValue() {}

    /**
     * The value as the knob's type has it: Long, Boolean, Path, List or String.
     *
     * @throws ConfigException if the text is nothing of that type
     */
    static Object typed(Knob knob, String text, Origin origin) {
        return switch (knob.type()) {
            case INTEGER, SECONDS, BYTES, MEBIBYTES -> number(knob, text, origin);
            case BOOLEAN -> truth(knob, text, origin);
            case PATH -> path(knob, text, origin);
            case WORD -> word(knob, text, origin);
            case LIST, ROLES -> {
                List<String> items = ConfigList.split(text);
                if (!knob.words().isEmpty()) {
                    items.forEach(item -> word(knob, item, origin));
                }
                yield items;
            }
            case STRING -> text;
            case EXPRESSION -> {
                Expressions.parse(text)
                        .ifPresent(
                                error -> {
                                    throw wrong(knob, text, origin, "an expression: " + error);
                                });
                yield text;
            }
        };
    }

    /** One of the knob's words, in the spelling of the table. */
    private static String word(Knob knob, String text, Origin origin) {
        return knob.words().stream()
                .filter(text::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(
                        () ->
                                wrong(
                                        knob,
                                        text,
                                        origin,
                                        "one of " + String.join(", ", knob.words())));
    }

    /** A number in the knob's range; constant expressions are worked out. */
    static long number(Knob knob, String text, Origin origin) {
        long number =
                Expressions.evaluate(text)
                        .asInteger()
                        .orElseThrow(() -> wrong(knob, text, origin, "a number" + unit(knob)));
        if (number < knob.min() || number > knob.max()) {
            throw wrong(
                    knob,
                    text,
                    origin,
                    "a number from " + knob.min() + " to " + knob.max() + unit(knob));
        }
        return number;
    }

    private static String unit(Knob knob) {
        return knob.type().unit().isEmpty() ? "" : " of " + knob.type().unit();
    }

    /** True or false; numbers count as HTCondor counts them, zero is false. */
    static boolean truth(Knob knob, String text, Origin origin) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "t", "y" -> {
                return true;
            }
            case "false", "no", "f", "n" -> {
                return false;
            }
            default -> {}
        }
        return Expressions.evaluate(text)
                .asBoolean()
                .orElseThrow(() -> wrong(knob, text, origin, "True or False"));
    }

    /** An absolute file name. */
    static Path path(Knob knob, String text, Origin origin) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            // Falls through to the same message: it is no file name at all.
        }
        throw wrong(knob, text, origin, "an absolute file name");
    }

    private static ConfigException wrong(Knob knob, String text, Origin origin, String expected) {
        return new ConfigException(
                origin,
                knob.name() + " is '" + Statement.shorten(text) + "', expected " + expected);
    }
}
