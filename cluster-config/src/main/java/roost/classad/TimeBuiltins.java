// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.ToLongFunction;

/** Functions over times. Local time is that of the evaluation's clock. */
final class TimeBuiltins {
    private TimeBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("time", Builtin.strict(0, 0, (ev, args) -> Value.Int.of(ev.epochSeconds())));
        to.add("currentTime", Builtin.strict(0, 0, (ev, args) -> now(ev)));
        to.add(
                "timeZoneOffset",
                Builtin.strict(0, 0, (ev, args) -> Value.RelTime.of(now(ev).offsetSeconds())));
        to.add("dayTime", Builtin.strict(0, 0, (ev, args) -> dayTime(now(ev))));
        to.add("getYear", part(OffsetDateTime::getYear, null));
        to.add("getMonth", part(OffsetDateTime::getMonthValue, null));
        // Counted from zero, as C's tm_yday and tm_wday are.
        to.add("getDayOfYear", part(at -> at.getDayOfYear() - 1L, null));
        to.add("getDayOfMonth", part(OffsetDateTime::getDayOfMonth, null));
        to.add("getDayOfWeek", part(at -> at.getDayOfWeek().getValue() % 7, null));
        to.add("getDays", part(null, span -> span / 86_400));
        to.add("getHours", part(OffsetDateTime::getHour, span -> span / 3_600 % 24));
        to.add("getMinutes", part(OffsetDateTime::getMinute, span -> span / 60 % 60));
        to.add("getSeconds", part(OffsetDateTime::getSecond, span -> span % 60));
        to.add("splitTime", Builtin.strict(1, 1, TimeBuiltins::split));
        to.add("formatTime", Builtin.strict(0, 2, TimeBuiltins::format));
        to.add("absTime", Builtin.strict(0, 2, TimeBuiltins::absolute));
        to.add("relTime", Builtin.strict(TimeBuiltins::relative));
        to.add("interval", Builtin.strict(TimeBuiltins::interval));
    }

    private static ZoneId zone(Evaluation ev) {
        return ev.context.clock().getZone();
    }

    private static Value.AbsTime now(Evaluation ev) {
        return local(ev, ev.epochSeconds());
    }

    /** The instant at the local offset of that day. */
    private static Value.AbsTime local(Evaluation ev, long epochSeconds) {
        long within = Math.max(TimeText.FIRST_SECOND, Math.min(TimeText.LAST_SECOND, epochSeconds));
        int offset = zone(ev).getRules().getOffset(Instant.ofEpochSecond(within)).getTotalSeconds();
        return Value.AbsTime.of(epochSeconds, offset);
    }

    private static Value dayTime(Value.AbsTime now) {
        OffsetDateTime at = now.dateTime();
        return at == null ? Value.ERROR : Value.RelTime.of(at.toLocalTime().toSecondOfDay());
    }

    /** A part of an absolute time at its own offset, or of a relative one; null has none. */
    private static Builtin part(
            ToLongFunction<OffsetDateTime> ofTime, ToLongFunction<Long> ofSpan) {
        return Builtin.strict(
                value -> {
                    if (value instanceof Value.AbsTime t && ofTime != null) {
                        OffsetDateTime at = t.dateTime();
                        return at == null ? Value.ERROR : Value.Int.of(ofTime.applyAsLong(at));
                    }
                    if (value instanceof Value.RelTime t && ofSpan != null) {
                        return Value.Int.of(ofSpan.applyAsLong((long) t.seconds()));
                    }
                    return Value.ERROR;
                });
    }

    /** Numbers are seconds since 1970, local time. */
    private static Value.AbsTime time(Evaluation ev, Value value) {
        if (value instanceof Value.AbsTime t) {
            return t;
        }
        if (value instanceof Value.Int i) {
            return local(ev, i.value());
        }
        return value instanceof Value.Real r ? local(ev, (long) r.value()) : null;
    }

    private static Value split(Evaluation ev, Value[] args) {
        ClassAd.Builder parts = ClassAd.builder();
        if (args[0] instanceof Value.RelTime span) {
            long seconds = (long) span.seconds();
            parts.put("Type", "RelativeTime")
                    .putInt("Days", seconds / 86_400)
                    .putInt("Hours", seconds / 3_600 % 24)
                    .putInt("Minutes", seconds / 60 % 60)
                    .putReal("Seconds", seconds % 60 + (span.seconds() - seconds));
        } else {
            Value.AbsTime time = time(ev, args[0]);
            OffsetDateTime at = time == null ? null : time.dateTime();
            if (at == null) {
                return Value.ERROR;
            }
            parts.put("Type", "AbsoluteTime")
                    .putInt("Year", at.getYear())
                    .putInt("Month", at.getMonthValue())
                    .putInt("Day", at.getDayOfMonth())
                    .putInt("Hours", at.getHour())
                    .putInt("Minutes", at.getMinute())
                    .putInt("Seconds", at.getSecond())
                    .putInt("Offset", time.offsetSeconds());
        }
        return new Value.AdValue(new Scope(parts.build(), ev.context));
    }

    private static Value format(Evaluation ev, Value[] args) {
        String format = Builtin.textOr(args, 1, "%c");
        Value.AbsTime time;
        if (args.length == 0) {
            time = now(ev);
        } else if (args[0] instanceof Value.AdValue parts) {
            time = joined(ev, parts);
        } else {
            time = time(ev, args[0]);
            if (time != null && time.epochSeconds() < 0 && !(args[0] instanceof Value.AbsTime)) {
                return Value.ERROR;
            }
        }
        OffsetDateTime at = time == null ? null : time.dateTime();
        if (at == null || format == null || !ev.chargeText(16L * format.length())) {
            return Value.ERROR;
        }
        ZonedDateTime zoned = at.atZoneSameInstant(zone(ev));
        boolean isLocal = zoned.getOffset().equals(at.getOffset());
        return Builtin.string(ev, Strftime.format(format, isLocal ? zoned : at.toZonedDateTime()));
    }

    /** The time that {@code splitTime} took apart, or null. */
    private static Value.AbsTime joined(Evaluation ev, Value.AdValue parts) {
        long[] numbers = new long[7];
        String[] names = {"Year", "Month", "Day", "Hours", "Minutes", "Seconds", "Offset"};
        for (int i = 0; i < names.length; i++) {
            Value value = parts.attribute(ev, AttrName.of(names[i]));
            if (value instanceof Value.Int n) {
                numbers[i] = n.value();
            } else if (value instanceof Value.Real r) {
                numbers[i] = (long) r.value();
            } else if (i < 3) {
                return null;
            }
        }
        if (Math.abs(numbers[6]) > 18 * 3600
                || numbers[0] < 1
                || numbers[0] > 9998
                || numbers[1] < 1
                || numbers[1] > 12
                || numbers[2] < 1
                || numbers[2] > 31) {
            return null;
        }
        long seconds =
                OffsetDateTime.of(
                                        (int) numbers[0],
                                        (int) numbers[1],
                                        1,
                                        0,
                                        0,
                                        0,
                                        0,
                                        ZoneOffset.ofTotalSeconds((int) numbers[6]))
                                .toEpochSecond()
                        + (numbers[2] - 1) * 86_400
                        + numbers[3] * 3_600
                        + numbers[4] * 60
                        + numbers[5];
        return Value.AbsTime.of(seconds, (int) numbers[6]);
    }

    private static Value absolute(Evaluation ev, Value[] args) {
        if (args.length == 0) {
            return now(ev);
        }
        if (args[0] instanceof Value.Str s) {
            Value.AbsTime time =
                    args.length == 1 && ev.chargeText(s.value().length())
                            ? TimeText.parseAbsolute(s.value(), zone(ev))
                            : null;
            return time == null ? Value.ERROR : time;
        }
        if (!(TypeBuiltins.toInteger(args[0]) instanceof Value.Int seconds)) {
            return Value.ERROR;
        }
        if (args.length == 1) {
            return args[0] instanceof Value.AbsTime ? args[0] : local(ev, seconds.value());
        }
        Value offset = TypeBuiltins.toInteger(args[1]);
        return offset instanceof Value.Int o && Math.abs(o.value()) <= 86_400
                ? Value.AbsTime.of(seconds.value(), (int) o.value())
                : Value.ERROR;
    }

    private static Value relative(Value value) {
        if (value instanceof Value.Str s) {
            Value span = s.value().length() > 100 ? null : TimeText.parseRelative(s.value());
            return span == null ? Value.ERROR : span;
        }
        return TypeBuiltins.toReal(value) instanceof Value.Real r
                ? Value.RelTime.of(r.value())
                : Value.ERROR;
    }

    /** {@code [days+]hh:mm:ss}, without leading parts that are zero. */
    private static Value interval(Value value) {
        if (!(value instanceof Value.Str)
                && TypeBuiltins.toInteger(value) instanceof Value.Int seconds
                && seconds.value() != Long.MIN_VALUE) {
            long s = Math.abs(seconds.value());
            String text;
            if (s >= 86_400) {
                text =
                        "%d+%02d:%02d:%02d"
                                .formatted(s / 86_400, s / 3_600 % 24, s / 60 % 60, s % 60);
            } else if (s >= 3_600) {
                text = "%d:%02d:%02d".formatted(s / 3_600, s / 60 % 60, s % 60);
            } else if (s >= 60) {
                text = "%d:%02d".formatted(s / 60, s % 60);
            } else {
                text = Long.toString(s);
            }
            return Value.Str.of(seconds.value() < 0 ? "-" + text : text);
        }
        return Value.ERROR;
    }
}
