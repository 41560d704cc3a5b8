// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** How numbers are written and read, as C's printf and strtod do it. */
final class NumberText {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,400}");
    private static final Pattern NUMBER =
            Pattern.compile(
                    "[+-]?([0-9]{1,400}(\\.[0-9]{0,400})?|\\.[0-9]{1,400})([eE][+-]?[0-9]{1,9})?");

    private NumberText() {}

    /**
     * The shortest form that reads back as the same number: 16 significant digits as HTCondor
     * prints, or 17 where 16 would lose the last bit.
     */
    static String of(double value) {
        if (Double.isNaN(value)) {
            return "real(\"NaN\")";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "real(\"INF\")" : "real(\"-INF\")";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        if (value == (long) value && Math.abs(value) < 1e15) {
            return (long) value + ".0";
        }
        String text = general(value, 16);
        return Double.parseDouble(text) == value ? text : general(value, 17);
    }

    /** {@code %.<digits>E} of C, as HTCondor writes reals in XML. */
    static String scientific(double value) {
        String text = "%.15E".formatted(value);
        return Double.parseDouble(text) == value ? text : "%.16E".formatted(value);
    }

    /** A real in XML, where infinities and NaN are words. */
    static String xml(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "INF" : "-INF";
        }
        return scientific(value);
    }

    /** A whole text as a real, infinities and NaN included, or null. */
    static Double real(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf", "infinity", "+infinity":
                return Double.POSITIVE_INFINITY;
            case "-inf", "-infinity":
                return Double.NEGATIVE_INFINITY;
            case "nan", "-nan", "+nan":
                return Double.NaN;
            default:
                return NUMBER.matcher(text).matches() ? Double.valueOf(text) : null;
        }
    }

    /** A whole text as an integer, or null; too large a number becomes the largest one. */
    static Long integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static String general(double value, int digits) {
        BigDecimal rounded =
                new BigDecimal(value)
                        .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                        .stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < digits) {
            String plain = rounded.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String unscaled = rounded.unscaledValue().abs().toString();
        StringBuilder text = new StringBuilder(24);
        if (value < 0) {
            text.append('-');
        }
        text.append(unscaled.charAt(0));
        if (unscaled.length() > 1) {
            text.append('.').append(unscaled, 1, unscaled.length());
        }
        int size = Math.abs(exponent);
        text.append('E').append(exponent < 0 ? '-' : '+');
        return (size < 10 ? text.append('0') : text).append(size).toString();
    }
}
