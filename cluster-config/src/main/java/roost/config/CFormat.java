// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import roost.config.Macros.MacroException;

/**
 * C's {@code printf} for one value, as {@code $INT}, {@code $REAL} and {@code $STRING} take it: any
 * text with exactly one conversion in it.
 */
final class CFormat {
    /** Which conversions fit the value. */
    enum Kind {
        INTEGER("diuxXo"),
        REAL("eEfFgG"),
        STRING("sv");

        private final String conversions;

        Kind(String conversions) {
            this.conversions = conversions;
        }
    }

    private static final Pattern CONVERSION =
            Pattern.compile(
                    "%([-+ 0#]{0,5})([0-9]{0,9})(?:\\.([0-9]{0,9}))?(?:l{1,2}|h{1,2})?([a-zA-Z])");

    private CFormat() {}

    static String format(String format, Kind kind, Object value) throws MacroException {
        int percent = conversionStart(format);
        Matcher matcher = CONVERSION.matcher(format);
        if (percent < 0 || !matcher.find(percent) || matcher.start() != percent) {
            throw new MacroException(
                    "'" + Statement.shorten(format) + "' is not a format with one conversion");
        }
        char conversion = matcher.group(4).charAt(0);
        if (kind.conversions.indexOf(conversion) < 0) {
            throw new MacroException(
                    "%" + conversion + " does not fit: expected one of " + kind.conversions);
        }
        if (conversionStart(format.substring(matcher.end())) >= 0) {
            throw new MacroException(
                    "'" + Statement.shorten(format) + "' has more than one conversion");
        }
        String flags = matcher.group(1);
        int width = limited(matcher.group(2), 0);
        int precision = limited(matcher.group(3), -1);
        String digits = convert(value, conversion, flags, precision);
        boolean zeros =
                flags.contains("0")
                        && !flags.contains("-")
                        && !(kind == Kind.INTEGER && precision >= 0)
                        && kind != Kind.STRING;
        String before = format.substring(0, percent).replace("%%", "%");
        String after = format.substring(matcher.end()).replace("%%", "%");
        return before + pad(digits, width, flags.contains("-"), zeros) + after;
    }

    /** Index of the first {@code %} that is not part of {@code %%}; -1 if there is none. */
    private static int conversionStart(String text) {
        int i = text.indexOf('%');
        while (i >= 0 && text.startsWith("%%", i)) {
            i = text.indexOf('%', i + 2);
        }
        return i;
    }

    private static int limited(String digits, int otherwise) throws MacroException {
        if (digits == null) {
            return otherwise;
        }
        int value = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        if (value > ConfigLimits.FORMAT_WIDTH) {
            throw new MacroException(
                    "width or precision " + value + " is more than " + ConfigLimits.FORMAT_WIDTH);
        }
        return value;
    }

    private static String convert(Object value, char conversion, String flags, int precision) {
        return switch (conversion) {
            case 's', 'v' -> {
                String text = (String) value;
                yield precision >= 0 && precision < text.length()
                        ? text.substring(0, precision)
                        : text;
            }
            case 'd', 'i' -> sign((Long) value < 0, flags) + integer(value, 10, precision);
            case 'u' -> atLeast(Long.toUnsignedString((Long) value), precision);
            case 'x', 'X' -> {
                String hex = atLeast(Long.toHexString((Long) value), precision);
                String prefixed = flags.contains("#") && (Long) value != 0 ? "0x" + hex : hex;
                yield conversion == 'X' ? prefixed.toUpperCase(Locale.ROOT) : prefixed;
            }
            case 'o' -> atLeast(Long.toOctalString((Long) value), precision);
            default -> real((Double) value, conversion, flags, precision);
        };
    }

    private static String integer(Object value, int radix, int precision) {
        String text = Long.toString((Long) value, radix);
        return atLeast(text.startsWith("-") ? text.substring(1) : text, precision);
    }

    private static String atLeast(String digits, int precision) {
        return digits.length() >= precision
                ? digits
                : "0".repeat(precision - digits.length()) + digits;
    }

    private static String sign(boolean negative, String flags) {
        if (negative) {
            return "-";
        }
        if (flags.contains("+")) {
            return "+";
        }
        return flags.contains(" ") ? " " : "";
    }

    private static String real(double value, char conversion, String flags, int precision) {
        boolean upper = Character.isUpperCase(conversion);
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        String text;
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            text = Double.isNaN(value) ? "nan" : "inf";
        } else {
            BigDecimal exact = new BigDecimal(Math.abs(value));
            text =
                    switch (Character.toLowerCase(conversion)) {
                        case 'f' -> fixed(exact, precision < 0 ? 6 : precision);
                        case 'e' -> scientific(exact, precision < 0 ? 6 : precision);
                        default -> shortest(exact, precision, flags.contains("#"));
                    };
        }
        return sign(negative, flags) + (upper ? text.toUpperCase(Locale.ROOT) : text);
    }

    private static String fixed(BigDecimal value, int precision) {
        return value.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String scientific(BigDecimal value, int precision) {
        if (value.signum() == 0) {
            return fixed(value, precision) + "e+00";
        }
        BigDecimal rounded = value.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        String digits = fixed(rounded.movePointLeft(exponent), precision);
        return String.format(
                Locale.ROOT, "%se%s%02d", digits, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    /** {@code %g}: the shorter of the two others, without zeros at the end. */
    private static String shortest(BigDecimal value, int precision, boolean keepZeros) {
        int digits = precision < 0 ? 6 : Math.max(1, precision);
        BigDecimal rounded = value.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = value.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        boolean scientific = exponent < -4 || exponent >= digits;
        String text =
                scientific ? scientific(value, digits - 1) : fixed(rounded, digits - 1 - exponent);
        if (keepZeros || text.indexOf('.') < 0) {
            return text;
        }
        int e = text.indexOf('e');
        String mantissa = e < 0 ? text : text.substring(0, e);
        int end = mantissa.length();
        while (mantissa.charAt(end - 1) == '0') {
            end--;
        }
        end = mantissa.charAt(end - 1) == '.' ? end - 1 : end;
        return mantissa.substring(0, end) + (e < 0 ? "" : text.substring(e));
    }

    private static String pad(String text, int width, boolean left, boolean zeros) {
        int missing = width - text.length();
        if (missing <= 0) {
            return text;
        }
        if (left) {
            return text + " ".repeat(missing);
        }
        if (!zeros) {
            return " ".repeat(missing) + text;
        }
        int signs = !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
        return text.substring(0, signs) + "0".repeat(missing) + text.substring(signs);
    }
}
