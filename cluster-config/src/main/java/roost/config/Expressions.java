// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.Optional;
import roost.config.Macros.MacroException;

/** The one door from configuration to expressions: constants that a number or boolean may be. */
final class Expressions {
    private Expressions() {}

    /** What an expression came to: a Boolean, Long, Double or String. */
    record Constant(Object value) {

        /** As the text of an expression: strings without quotes. */
        String printed() {
            return String.valueOf(value);
        }

        long asInteger(String function, String item) throws MacroException {
            if (value instanceof Long number) {
                return number;
            }
            if (value instanceof Boolean truth) {
                return truth ? 1 : 0;
            }
            if (value instanceof Double real && Math.abs(real) < 0x1p63) {
                return (long) (double) real;
            }
            throw new MacroException(
                    function + ": '" + Statement.shorten(item) + "' is not a number");
        }

        double asReal(String function, String item) throws MacroException {
            if (value instanceof Double real) {
                return real;
            }
            return asInteger(function, item);
        }

        /** A string's text; anything that is no string is printed. */
        String asText(String item) {
            return value instanceof String text ? text : item;
        }
    }

    /** What is wrong with the text as an expression; nothing if it is one. */
    static Optional<String> parse(String text) {
        return Optional.empty();
    }

    static Constant evaluate(String text) {
        String trimmed = text.strip();
        if (trimmed.equalsIgnoreCase("true") || trimmed.equalsIgnoreCase("false")) {
            return new Constant(Boolean.parseBoolean(trimmed));
        }
        if (trimmed.matches("[-+]?[0-9]{1,18}")) {
            return new Constant(Long.parseLong(trimmed));
        }
        if (trimmed.matches(
                "[-+]?([0-9]{1,18}\\.?[0-9]{0,18}|\\.[0-9]{1,18})([eE][-+]?[0-9]{1,3})?")) {
            return new Constant(Double.parseDouble(trimmed));
        }
        return new Constant(trimmed);
    }
}
