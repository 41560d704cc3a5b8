// SPDX-License-Identifier: Apache-2.0
package roost.cli.format;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** Times as HTCondor's tables show them. */
public final class Durations {
    private static final long DAY = 86_400;

    private Durations() {}

    /**
     * {@code days+hh:mm:ss}.
     *
     * @param daysWidth columns for the days, filled with blanks
     * @return {@code [?????]} if it is negative
     */
    public static String dayTime(long seconds, int daysWidth) {
        if (seconds < 0) {
            return "[?????]";
        }
        return String.format(
                "%" + daysWidth + "d+%02d:%02d:%02d",
                seconds / DAY,
                seconds % DAY / 3600,
                seconds % 3600 / 60,
                seconds % 60);
    }

    /** {@code MM/DD hh:mm}, 11 columns, the month on the right and the day on the left. */
    public static String date(long unixSeconds, ZoneId zone) {
        ZonedDateTime time = Instant.ofEpochSecond(unixSeconds).atZone(zone);
        return String.format(
                "%2d/%-2d %02d:%02d",
                time.getMonthValue(), time.getDayOfMonth(), time.getHour(), time.getMinute());
    }
}
