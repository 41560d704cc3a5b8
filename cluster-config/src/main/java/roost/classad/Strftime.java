// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** C's strftime in the C locale, with the placeholders of POSIX. */
final class Strftime {
    private Strftime() {}

    static String format(String format, ZonedDateTime at) {
        StringBuilder out = new StringBuilder();
        append(out, format, at);
        return out.toString();
    }

    private static void append(StringBuilder out, String format, ZonedDateTime at) {
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            i++;
            // E and O ask for another calendar or digits, which the C locale has none of.
            if ((format.charAt(i) == 'E' || format.charAt(i) == 'O') && i + 1 < format.length()) {
                i++;
            }
            if (!field(out, format.charAt(i), at)) {
                out.append('%').append(format.charAt(i));
            }
        }
    }

    private static boolean field(StringBuilder out, char letter, ZonedDateTime at) {
        switch (letter) {
            case 'a' -> out.append(weekday(at, TextStyle.SHORT));
            case 'A' -> out.append(weekday(at, TextStyle.FULL));
            case 'b', 'h' -> out.append(month(at, TextStyle.SHORT));
            case 'B' -> out.append(month(at, TextStyle.FULL));
            case 'c' -> append(out, "%a %b %e %H:%M:%S %Y", at);
            case 'C' -> number(out, at.getYear() / 100, 2, '0');
            case 'd' -> number(out, at.getDayOfMonth(), 2, '0');
            case 'D', 'x' -> append(out, "%m/%d/%y", at);
            case 'e' -> number(out, at.getDayOfMonth(), 2, ' ');
            case 'F' -> append(out, "%Y-%m-%d", at);
            case 'H' -> number(out, at.getHour(), 2, '0');
            case 'I' -> number(out, (at.getHour() + 11) % 12 + 1, 2, '0');
            case 'j' -> number(out, at.getDayOfYear(), 3, '0');
            case 'm' -> number(out, at.getMonthValue(), 2, '0');
            case 'M' -> number(out, at.getMinute(), 2, '0');
            case 'n' -> out.append('\n');
            case 'p' -> out.append(at.getHour() < 12 ? "AM" : "PM");
            case 'r' -> append(out, "%I:%M:%S %p", at);
            case 'R' -> append(out, "%H:%M", at);
            case 's' -> out.append(at.toEpochSecond());
            case 'S' -> number(out, at.getSecond(), 2, '0');
            case 't' -> out.append('\t');
            case 'T', 'X' -> append(out, "%H:%M:%S", at);
            case '%' -> out.append('%');
            default -> {
                return week(out, letter, at);
            }
        }
        return true;
    }

    private static boolean week(StringBuilder out, char letter, ZonedDateTime at) {
        int weekday = at.getDayOfWeek().getValue();
        int yearDay = at.getDayOfYear() - 1;
        switch (letter) {
            case 'u' -> out.append(weekday);
            case 'w' -> out.append(weekday % 7);
            case 'U' -> number(out, (yearDay + 7 - weekday % 7) / 7, 2, '0');
            case 'W' -> number(out, (yearDay + 7 - (weekday - 1)) / 7, 2, '0');
            case 'V' -> number(out, at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0');
            case 'G' -> out.append(at.get(IsoFields.WEEK_BASED_YEAR));
            case 'g' -> number(out, at.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0');
            case 'y' -> number(out, at.getYear() % 100, 2, '0');
            case 'Y' -> out.append(at.getYear());
            case 'z' -> {
                int minutes = at.getOffset().getTotalSeconds() / 60;
                out.append(minutes < 0 ? '-' : '+');
                number(out, Math.abs(minutes) / 60, 2, '0');
                number(out, Math.abs(minutes) % 60, 2, '0');
            }
            case 'Z' -> out.append(at.format(ZONE));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static final DateTimeFormatter ZONE =
            DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH);

    private static String weekday(ZonedDateTime at, TextStyle style) {
        return at.getDayOfWeek().getDisplayName(style, Locale.ENGLISH);
    }

    private static String month(ZonedDateTime at, TextStyle style) {
        return at.getMonth().getDisplayName(style, Locale.ENGLISH);
    }

    private static void number(StringBuilder out, int number, int width, char fill) {
        String text = Integer.toString(number);
        for (int i = text.length(); i < width; i++) {
            out.append(fill);
        }
        out.append(text);
    }
}
