// SPDX-License-Identifier: Apache-2.0
package roost.cli.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import roost.classad.Value;

/**
 * One format of {@code -format} or {@code -autoformat}: text around one conversion as in C's {@code
 * printf}. {@code %v} prints a value as it is, {@code %V} with a string's quotes; a value of
 * another type than the conversion wants is converted, as HTCondor does. Source: HTCondor manual
 * 8.8, condor_status.
 */
public final class Printf {
    private static final int MAX_WIDTH = 10_000;
    private static final Pattern CONVERSION =
            Pattern.compile(
                    "%([-+ 0#]{0,5})(\\d{0,5})(?:\\.(\\d{0,5}))?(?:l{1,2}|h{1,2})?([a-zA-Z])");

    private final String before;
    private final String after;
    private final String flags;
    private final int width;
    private final int precision;

    /** The conversion's letter; 0 if the format is text only. */
    private final char conversion;

    private Printf(String before, Matcher matcher, String after) {
        this.before = before;
        this.after = after;
        this.flags = matcher == null ? "" : matcher.group(1);
        this.width = matcher == null ? 0 : number(matcher.group(2), 0);
        this.precision = matcher == null ? -1 : number(matcher.group(3), -1);
        this.conversion = matcher == null ? 0 : matcher.group(4).charAt(0);
    }

    /** Reads a format; {@code \n}, {@code \t}, {@code \"} and the like may be in it. */
    public static Printf of(String format) {
        String text = unescape(format);
        Matcher matcher = CONVERSION.matcher(text);
        int from = 0;
        while (matcher.find(from)) {
            int start = matcher.start();
            boolean literal = start > 0 && text.charAt(start - 1) == '%';
            if (!literal) {
                return new Printf(
                        percent(text.substring(0, start)),
                        matcher,
                        percent(text.substring(matcher.end())));
            }
            from = start + 1;
        }
        return new Printf(percent(text), null, "");
    }

    private static String percent(String text) {
        return text.replace("%%", "%");
    }

    private static int number(String digits, int otherwise) {
        if (digits == null) {
            return otherwise;
        }
        return digits.isEmpty() ? 0 : Math.min(MAX_WIDTH, Integer.parseInt(digits));
    }

    private static String unescape(String format) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '\\' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            char next = format.charAt(++i);
            text.append(
                    switch (next) {
                        case 'n' -> "\n";
                        case 't' -> "\t";
                        case 'r' -> "\r";
                        case '0' -> "\0";
                        case '\\', '"', '\'' -> String.valueOf(next);
                        default -> "\\" + next;
                    });
        }
        return text.toString();
    }

    /** The format with the value in it; empty if the value is undefined and a number is wanted. */
    public String apply(Value value) {
        return conversion == 0 ? before : before + pad(convert(value)) + after;
    }

    /** What a value is as plain text: a string without quotes, anything else as written. */
    public static String plain(Value value) {
        return value instanceof Value.Str string ? string.value() : value.toString();
    }

    private String convert(Value value) {
        switch (conversion) {
            case 'd', 'i', 'u', 'x', 'X', 'o', 'c' -> {
                return value instanceof Value.Real || isInteger(value)
                        ? integer(toLong(value))
                        : "";
            }
            case 'f', 'F', 'e', 'E', 'g', 'G' -> {
                return value instanceof Value.Real || isInteger(value) ? real(toDouble(value)) : "";
            }
            case 'V', 'r' -> {
                return value.toString();
            }
            default -> {
                String text = plain(value);
                return precision >= 0 && precision < text.length()
                        ? text.substring(0, precision)
                        : text;
            }
        }
    }

    private static boolean isInteger(Value value) {
        return value instanceof Value.Int || value instanceof Value.Bool;
    }

    private static long toLong(Value value) {
        if (value instanceof Value.Real real) {
            return (long) real.value();
        }
        return value instanceof Value.Int integer ? integer.value() : value.isTrue() ? 1 : 0;
    }

    private static double toDouble(Value value) {
        return value instanceof Value.Real real ? real.value() : toLong(value);
    }

    private String integer(long value) {
        String digits =
                switch (conversion) {
                    case 'x' -> Long.toHexString(value);
                    case 'X' -> Long.toHexString(value).toUpperCase(Locale.ROOT);
                    case 'o' -> Long.toOctalString(value);
                    case 'u' -> Long.toUnsignedString(value);
                    case 'c' -> String.valueOf((char) value);
                    default -> Long.toString(value);
                };
        boolean negative = digits.startsWith("-");
        String magnitude = negative ? digits.substring(1) : digits;
        magnitude = "0".repeat(Math.max(0, precision - magnitude.length())) + magnitude;
        return (negative ? "-" : plus()) + magnitude;
    }

    private String plus() {
        return flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    }

    private String real(double value) {
        int digits = precision < 0 ? 6 : precision;
        String text;
        if (!Double.isFinite(value)) {
            text = Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        } else if (Character.toLowerCase(conversion) == 'g') {
            text = shortest(value, Math.max(1, digits));
        } else {
            boolean scientific = Character.toLowerCase(conversion) == 'e';
            text = scientific ? scientific(value, digits) : fixed(value, digits);
        }
        text = text.startsWith("-") ? text : plus() + text;
        return Character.isUpperCase(conversion) ? text.toUpperCase(Locale.ROOT) : text;
    }

    /** C rounds the exact value, half to even; Java's formatter does not. */
    private static String fixed(double value, int digits) {
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String scientific(double value, int digits) {
        MathContext rounding = new MathContext(digits + 1, RoundingMode.HALF_EVEN);
        BigDecimal rounded = new BigDecimal(value).round(rounding);
        return String.format(Locale.ROOT, "%." + digits + "e", rounded);
    }

    /** C's %g: the shorter of %e and %f, without zeros at the end. */
    private static String shortest(double value, int digits) {
        String scientific = scientific(value, digits - 1);
        int exponent = Integer.parseInt(scientific.substring(scientific.indexOf('e') + 1));
        if (exponent < -4 || exponent >= digits) {
            String mantissa = scientific.substring(0, scientific.indexOf('e'));
            return trimZeros(mantissa) + scientific.substring(scientific.indexOf('e'));
        }
        return trimZeros(fixed(value, digits - 1 - exponent));
    }

    private static String trimZeros(String number) {
        return number.contains(".") ? number.replaceFirst("\\.?0+$", "") : number;
    }

    private String pad(String text) {
        int missing = width - text.length();
        if (missing <= 0) {
            return text;
        }
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        boolean number = "diuxXofFeEgG".indexOf(conversion) >= 0;
        if (number && flags.contains("0") && !text.isEmpty()) {
            int sign = "+- ".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
            return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
        }
        return " ".repeat(missing) + text;
    }
}
