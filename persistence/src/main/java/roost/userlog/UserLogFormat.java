// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How a log is written.
 *
 * @param xml XML instead of text
 * @param isoDate text with {@code YYYY-MM-DD} instead of {@code MM/DD}
 * @param utc universal time; text with ISO dates then ends its times in Z
 * @param zone the local time zone otherwise
 */
public record UserLogFormat(boolean xml, boolean isoDate, boolean utc, ZoneId zone) {

    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("MM/dd HH:mm:ss");
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter XML =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

    /** HTCondor 8.8's default: text, short dates, local time. */
    public static final UserLogFormat TEXT =
            new UserLogFormat(false, false, false, ZoneId.systemDefault());

    /**
     * Reads DEFAULT_USERLOG_FORMAT_OPTIONS: ISO_DATE, UTC, XML and LEGACY (which undoes ISO_DATE),
     * in any case, separated by commas or blanks; others are ignored, as HTCondor does.
     */
    public static UserLogFormat of(String options, ZoneId zone) {
        List<String> words =
                Arrays.asList(options.toUpperCase(Locale.ROOT).trim().split("[\\s,|]+"));
        return new UserLogFormat(
                words.contains("XML"),
                words.contains("ISO_DATE") && !words.contains("LEGACY"),
                words.contains("UTC"),
                zone);
    }

    public UserLogFormat withXml(boolean newXml) {
        return new UserLogFormat(newXml, isoDate, utc, zone);
    }

    String time(Instant time) {
        LocalDateTime local = LocalDateTime.ofInstant(time, utc ? ZoneOffset.UTC : zone);
        if (xml) {
            return XML.format(local);
        }
        return isoDate ? ISO.format(local) + (utc ? "Z" : "") : SHORT.format(local);
    }
}
