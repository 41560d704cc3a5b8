// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.Optional;
import java.util.regex.Pattern;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;
import roost.classad.Value;
import roost.config.Macros.MacroException;

/** The one door from configuration to ClassAd expressions. */
final class Expressions {
    /** Plain numbers, which need no evaluator: most commands then never load it. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,18}");

    /** Nothing that the configuration evaluates is longer; the evaluator has its own limits too. */
    private static final int LONGEST = 100_000;

    private Expressions() {}

    /**
     * What an expression came to: a Boolean, Long, Double or String; the printed value for a list,
     * an ad or a time; nothing if it is no expression, or undefined, or an error.
     *
     * @param printed as it is printed, strings without quotes
     */
    record Constant(Optional<Object> value, String printed) {

        /** As a whole number, cut towards zero. */
        Optional<Long> asInteger() {
            if (value.orElse(null) instanceof Boolean truth) {
                return Optional.of(truth ? 1L : 0L);
            }
            if (value.orElse(null) instanceof Double real) {
                return Math.abs(real) < 0x1p63
                        ? Optional.of((long) (double) real)
                        : Optional.empty();
            }
            return value.filter(Long.class::isInstance).map(Long.class::cast);
        }

        Optional<Double> asReal() {
            Optional<Double> real = value.filter(Double.class::isInstance).map(Double.class::cast);
            return real.isPresent() ? real : asInteger().map(Long::doubleValue);
        }

        /** As truth; a number is true if it is not zero. */
        Optional<Boolean> asBoolean() {
            Optional<Boolean> truth =
                    value.filter(Boolean.class::isInstance).map(Boolean.class::cast);
            return truth.isPresent() ? truth : asReal().map(number -> number != 0);
        }

        Optional<String> asText() {
            return value.filter(String.class::isInstance).map(String.class::cast);
        }
    }

    /** What is wrong with the text as an expression; nothing if it is one. */
    static Optional<String> parse(String text) {
        if (NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            Expr.parse(text);
            return Optional.empty();
        } catch (ClassAdException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Works out an expression that refers to no ad. */
    static Constant evaluate(String text) {
        String trimmed = text.strip();
        if (NUMBER.matcher(trimmed).matches()) {
            Long number = Long.valueOf(trimmed);
            return new Constant(Optional.of(number), number.toString());
        }
        if (trimmed.length() > LONGEST) {
            return new Constant(Optional.empty(), trimmed);
        }
        try {
            Value value =
                    Evaluator.evaluate(
                            Expr.parse(trimmed), ClassAd.EMPTY, null, EvalContext.DEFAULT);
            return constant(value);
        } catch (ClassAdException e) {
            return new Constant(Optional.empty(), trimmed);
        }
    }

    private static Constant constant(Value value) {
        if (value instanceof Value.Str text) {
            return new Constant(Optional.of(text.value()), text.value());
        }
        Object plain = null;
        if (value instanceof Value.Bool truth) {
            plain = truth.value();
        } else if (value instanceof Value.Int number) {
            plain = number.value();
        } else if (value instanceof Value.Real real) {
            plain = real.value();
        }
        return new Constant(Optional.ofNullable(plain), value.toString());
    }

    /**
     * The number that a macro function wants.
     *
     * @throws MacroException naming the function if the text is none
     */
    static long integer(String function, String text) throws MacroException {
        return evaluate(text).asInteger().orElseThrow(() -> notANumber(function, text));
    }

    /** As {@link #integer}, with fractions. */
    static double real(String function, String text) throws MacroException {
        return evaluate(text).asReal().orElseThrow(() -> notANumber(function, text));
    }

    private static MacroException notANumber(String function, String text) {
        return new MacroException(function + ": '" + Statement.shorten(text) + "' is not a number");
    }
}
