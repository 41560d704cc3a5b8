// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads logs back, text or XML. An event that is still being written, at the end, is left out.
 *
 * <p>Short dates have no year: the newest one that is not after tomorrow is taken.
 */
public final class UserLogReader {

    private static final Pattern HEADER =
            Pattern.compile(
                    "(\\d{3}) \\((\\d+)\\.(\\d+)\\.(\\d+)\\) (?:(\\d{4})-(\\d\\d)-(\\d\\d)|(\\d\\d)/(\\d\\d)) (\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d+)?(Z?) ?(.*)");

    private final ZoneId zone;
    private final LocalDate today;

    public UserLogReader(ZoneId zone, LocalDate today) {
        this.zone = zone;
        this.today = today;
    }

    /** Reads a log in the system's time zone. */
    public static List<UserLogEntry> read(Path path) throws IOException {
        return new UserLogReader(ZoneId.systemDefault(), LocalDate.now(ZoneId.systemDefault()))
                .parse(Files.readString(path, StandardCharsets.UTF_8));
    }

    /**
     * Reads the text of a log.
     *
     * @throws IllegalArgumentException with the line number, when it is not one
     */
    public List<UserLogEntry> parse(String text) {
        return text.startsWith("<c>") ? parseXml(text) : parseText(text);
    }

    private List<UserLogEntry> parseText(String text) {
        List<UserLogEntry> entries = new ArrayList<>();
        List<String> event = new ArrayList<>();
        int lineNumber = 0;
        for (String line : text.split("\n")) {
            lineNumber++;
            if (!line.equals("...")) {
                event.add(line);
                continue;
            }
            try {
                entries.add(entry(event));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        "event before line " + lineNumber + ": " + e.getMessage(), e);
            }
            event.clear();
        }
        return entries;
    }

    private UserLogEntry entry(List<String> lines) {
        Matcher header = lines.isEmpty() ? null : HEADER.matcher(lines.get(0));
        if (header == null || !header.matches()) {
            throw new IllegalArgumentException("no event header");
        }
        List<String> body = new ArrayList<>(lines);
        body.set(0, header.group(12));
        return new UserLogEntry(
                Integer.parseInt(header.group(2)),
                Integer.parseInt(header.group(3)),
                time(header),
                TextParser.parse(Integer.parseInt(header.group(1)), body));
    }

    private Instant time(Matcher header) {
        LocalDate date;
        if (header.group(5) != null) {
            date = date(header.group(5), header.group(6), header.group(7));
        } else {
            date = date("" + today.getYear(), header.group(8), header.group(9));
            if (date.isAfter(today.plusDays(1))) {
                date = date.minusYears(1);
            }
        }
        LocalDateTime local = date.atTime(LocalTime.parse(header.group(10)));
        return local.atZone(header.group(11).isEmpty() ? zone : ZoneOffset.UTC).toInstant();
    }

    private static LocalDate date(String year, String month, String day) {
        return LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day));
    }

    private List<UserLogEntry> parseXml(String text) {
        List<UserLogEntry> entries = new ArrayList<>();
        int at = 0;
        for (int end = text.indexOf("</c>"); end >= 0; end = text.indexOf("</c>", at)) {
            Map<String, String> attributes = XmlLayout.attributes(text.substring(at, end));
            at = end + "</c>".length();
            LocalDateTime time = LocalDateTime.parse(attributes.getOrDefault("EventTime", ""));
            entries.add(
                    new UserLogEntry(
                            Integer.parseInt(attributes.getOrDefault("Cluster", "")),
                            Integer.parseInt(attributes.getOrDefault("Proc", "")),
                            time.atZone(zone).toInstant(),
                            XmlParser.parse(attributes)));
        }
        return entries;
    }
}
