// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How times are written and read inside {@code absTime("...")} and {@code relTime("...")}. */
final class TimeText {
    /** The years 0001 to 9999: what four digits can say, with a day to spare for any offset. */
    static final long FIRST_SECOND = LocalDateTime.of(1, 1, 2, 0, 0).toEpochSecond(ZoneOffset.UTC);

    static final long LAST_SECOND =
            LocalDateTime.of(9999, 12, 30, 0, 0).toEpochSecond(ZoneOffset.UTC);

    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

    private static final long DAY = 86_400;

    private TimeText() {}

    static void print(Value.AbsTime time, Printer out) {
        String text = format(time);
        if (text != null) {
            out.raw("absTime(\"" + text + "\")");
        } else {
            out.raw("absTime(" + time.epochSeconds() + "," + time.offsetSeconds() + ")");
        }
    }

    /** As ISO 8601, or null for an instant or offset that it cannot say. */
    static String format(Value.AbsTime time) {
        OffsetDateTime at = time.offsetSeconds() % 60 == 0 ? time.dateTime() : null;
        return at == null ? null : DATE_TIME.format(at);
    }

    static void print(Value.RelTime time, Printer out) {
        String text = format(time);
        if (text != null) {
            out.raw("relTime(\"" + text + "\")");
        } else {
            out.raw("relTime(" + NumberText.of(time.seconds()) + ")");
        }
    }

    /**
     * {@code [-][days+][hh:][mm:]ss[.fff]} without leading parts that are zero, or null for a span
     * that is not a whole number of milliseconds or beyond some 292 million years.
     */
    static String format(Value.RelTime time) {
        double seconds = time.seconds();
        double millis = Math.rint(seconds * 1000);
        if (!(Math.abs(millis) < 1e15) || millis / 1000 != seconds || 1 / seconds == -1 / 0.0) {
            return null;
        }
        long whole = Math.abs((long) millis);
        long days = whole / (DAY * 1000);
        long second = whole / 1000 % DAY;
        StringBuilder out = new StringBuilder(millis < 0 ? "-" : "");
        if (days > 0) {
            out.append(days).append('+');
        }
        if (days > 0 || second >= 3600) {
            two(out, second / 3600).append(':');
        }
        if (days > 0 || second >= 60) {
            two(out, second / 60 % 60).append(':');
        }
        two(out, second % 60);
        if (whole % 1000 != 0) {
            String fraction = String.valueOf(1000 + whole % 1000);
            out.append('.').append(fraction, 1, 4);
        }
        return out.toString();
    }

    private static StringBuilder two(StringBuilder out, long number) {
        return (number < 10 ? out.append('0') : out).append(number);
    }

    /**
     * A date, or a date and a time of day, with or without a zone. Marks between the numbers may be
     * any or none, as HTCondor takes them; without a zone the local one counts.
     *
     * @return null if the text is no time
     */
    static Value.AbsTime parseAbsolute(String text, ZoneId local) {
        Numbers in = new Numbers(text);
        int year = in.digits(4);
        int month = in.digits(2);
        int day = in.digits(2);
        if (year < 0 || month < 0 || day < 0) {
            return null;
        }
        int hour = Math.max(0, in.digits(2));
        int minute = Math.max(0, in.digits(2));
        int second = Math.max(0, in.digits(2));
        in.fraction();
        try {
            LocalDateTime at = LocalDateTime.of(year, month, day, hour, minute, second);
            ZoneOffset offset = in.zone(local, at);
            return offset == null || year == 0 || !in.atEnd()
                    ? null
                    : Value.AbsTime.of(at.toEpochSecond(offset), offset.getTotalSeconds());
        } catch (DateTimeException e) {
            // A month 13 and the like.
            return null;
        }
    }

    /**
     * {@code [-][days+]hh:mm:ss.fff} with leading parts left out, or {@code 1d2h3m4.5s}.
     *
     * @return null if the text is no span
     */
    static Value.RelTime parseRelative(String text) {
        String rest = text.strip();
        boolean negative = rest.startsWith("-");
        if (negative) {
            rest = rest.substring(1);
        }
        Double seconds = rest.matches(".*[dhmsDHMS]$") ? unitSpan(rest) : clockSpan(rest);
        if (seconds == null) {
            return null;
        }
        return Value.RelTime.of(negative ? -seconds : seconds);
    }

    private static Double clockSpan(String text) {
        int plus = text.indexOf('+');
        double total = 0;
        if (plus >= 0) {
            Double days = number(text.substring(0, plus), false);
            if (days == null) {
                return null;
            }
            total = days * DAY;
        }
        String[] parts = text.substring(plus + 1).split(":", -1);
        if (parts.length > 3) {
            return null;
        }
        double span = 0;
        for (int i = 0; i < parts.length; i++) {
            Double part = number(parts[i], i == parts.length - 1);
            if (part == null) {
                return null;
            }
            span = span * 60 + part;
        }
        return total + span;
    }

    private static Double unitSpan(String text) {
        String units = "dhms";
        double[] factors = {DAY, 3600, 60, 1};
        double total = 0;
        int from = 0;
        int unit = -1;
        for (int i = 0; i < text.length(); i++) {
            int at = units.indexOf(Character.toLowerCase(text.charAt(i)));
            if (at >= 0) {
                Double part = number(text.substring(from, i).strip(), at == 3);
                if (part == null || at <= unit) {
                    return null;
                }
                total += part * factors[at];
                unit = at;
                from = i + 1;
            }
        }
        return total;
    }

    private static Double number(String text, boolean fraction) {
        boolean valid = text.matches(fraction ? "\\d{1,15}(\\.\\d{1,15})?" : "\\d{1,15}");
        return valid ? Double.valueOf(text) : null;
    }

    /** Takes numbers of fixed width out of a text, skipping what is between them. */
    private static final class Numbers {
        private final String text;
        private int pos;

        Numbers(String text) {
            this.text = text;
        }

        /** The next number, or -1 where a zone begins or the text ends. */
        int digits(int count) {
            int at = pos;
            while (at < text.length() && "-:/T t.".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            // A minus directly before the last two or four digits is the sign of a zone.
            if (at > pos && text.charAt(at - 1) == '-' && count == 2 && isZone(at - 1)) {
                return -1;
            }
            if (at + count > text.length()) {
                return -1;
            }
            int value = 0;
            for (int i = at; i < at + count; i++) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return -1;
                }
                value = value * 10 + digit;
            }
            pos = at + count;
            return value;
        }

        private boolean isZone(int at) {
            return pos >= 10 && text.substring(at).matches("-\\d\\d:?\\d\\d");
        }

        void fraction() {
            if (pos < text.length() && text.charAt(pos) == '.') {
                pos++;
                while (pos < text.length() && Character.isDigit(text.charAt(pos))) {
                    pos++;
                }
            }
        }

        ZoneOffset zone(ZoneId local, LocalDateTime at) {
            String rest = text.substring(pos).strip();
            if (rest.equals("T")) {
                rest = "";
            }
            pos = text.length();
            if (rest.isEmpty()) {
                return local.getRules().getOffset(at);
            }
            if (rest.equalsIgnoreCase("z")) {
                return ZoneOffset.UTC;
            }
            return rest.matches("[+-]\\d\\d:?\\d\\d")
                    ? ZoneOffset.of(
                            rest.length() == 5
                                    ? rest.substring(0, 3) + ":" + rest.substring(3)
                                    : rest)
                    : null;
        }

        boolean atEnd() {
            return pos == text.length();
        }
    }
}
