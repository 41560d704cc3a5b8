// SPDX-License-Identifier: Apache-2.0
package roost.history;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import roost.posix.DiskTrouble;

/**
 * The history file: appended to by one node, read from the end by anybody.
 *
 * <pre>
 * Name = expression                     one line for each attribute
 * ...
 * *** Offset = 1234 ClusterId = 23 ProcId = 5 Owner = "ann" CompletionDate = 1700000000
 * </pre>
 *
 * Offset is where the ad begins in the file. When the file would grow beyond its limit it is
 * renamed to {@code history.YYYYMMDDTHHMMSS} (universal time) and a new one begun.
 *
 * <p>Source: HTCondor manual 8.0 section 3.3, HISTORY, MAX_HISTORY_LOG, MAX_HISTORY_ROTATIONS.
 */
public final class History implements Closeable {

    private static final Pattern SEPARATOR =
            Pattern.compile(
                    "\\*\\*\\* Offset = (\\d+) ClusterId = (\\d+) ProcId = (\\d+) Owner = \"(.*)\" CompletionDate = (-?\\d+)");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

    private final Path file;
    private final long maxBytes;
    private final int maxRotations;
    private final Clock clock;
    private FileChannel channel;

    private History(Path file, long maxBytes, int maxRotations, Clock clock) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.maxRotations = maxRotations;
        this.clock = clock;
    }

    /**
     * Opens the history for appending; what a killed node left half written at its end is removed.
     *
     * @param maxBytes size at which a new file is begun; 0 = never
     * @param maxRotations how many old files are kept, 1 or more
     */
    public static History open(Path file, long maxBytes, int maxRotations, Clock clock)
            throws IOException {
        History history = new History(file, maxBytes, maxRotations, clock);
        history.openFile();
        return history;
    }

    /**
     * Appends a job; it is on the disk on return.
     *
     * @throws IOException when it cannot be written; nothing of it is left in the file then
     */
    public synchronized void append(FinishedJob job) throws IOException {
        byte[] ad = adText(job).getBytes(StandardCharsets.UTF_8);
        if (maxBytes > 0 && channel.size() > 0 && channel.size() + ad.length > maxBytes) {
            rotate();
        }
        long offset = channel.size();
        String separator =
                "*** Offset = %d ClusterId = %d ProcId = %d Owner = \"%s\" CompletionDate = %d\n"
                        .formatted(
                                offset,
                                job.cluster(),
                                job.proc(),
                                job.owner().replaceAll("[\"\\r\\n]", "_"),
                                job.completed().getEpochSecond());
        byte[] end = separator.getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = ByteBuffer.allocate(ad.length + end.length).put(ad).put(end).flip();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(offset);
            throw new IOException(
                    "cannot write to the history %s: %s".formatted(file, DiskTrouble.text(e)), e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }

    /**
     * The newest jobs that match, newest first, from the file and the older ones beside it.
     *
     * @param limit at most so many
     */
    public static List<FinishedJob> newest(Path file, Predicate<FinishedJob> wanted, int limit)
            throws IOException {
        List<FinishedJob> found = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        if (Files.exists(file)) {
            files.add(file);
        }
        files.addAll(rotated(file));
        for (Path each : files) {
            if (found.size() < limit) {
                readBackwards(each, wanted, limit, found);
            }
        }
        return found;
    }

    private static void readBackwards(
            Path file, Predicate<FinishedJob> wanted, int limit, List<FinishedJob> found)
            throws IOException {
        try (BackwardLines lines = new BackwardLines(file)) {
            String line = lines.previous();
            while (line != null && !line.startsWith("***")) {
                line = lines.previous(); // a job that is just being written
            }
            while (line != null && found.size() < limit) {
                Matcher separator = SEPARATOR.matcher(line);
                List<String> ad = new ArrayList<>();
                line = lines.previous();
                while (line != null && !line.startsWith("***")) {
                    ad.add(line);
                    line = lines.previous();
                }
                Collections.reverse(ad);
                if (separator.matches()) {
                    FinishedJob job = job(separator, String.join("\n", ad));
                    if (wanted.test(job)) {
                        found.add(job);
                    }
                }
            }
        }
    }

    private static FinishedJob job(Matcher separator, String ad) {
        return new FinishedJob(
                Integer.parseInt(separator.group(2)),
                Integer.parseInt(separator.group(3)),
                separator.group(4),
                Instant.ofEpochSecond(Long.parseLong(separator.group(5))),
                ad);
    }

    /** An attribute never begins with three stars, so that no ad can look like a separator. */
    private static String adText(FinishedJob job) {
        StringBuilder text = new StringBuilder();
        job.ad()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("***"))
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private void openFile() throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long whole = 0;
        try (BackwardLines lines = new BackwardLines(file)) {
            String line = lines.previous();
            long end = lines.endOfPrevious();
            while (line != null && !line.startsWith("***")) {
                line = lines.previous();
                end = lines.endOfPrevious();
            }
            whole = line == null ? 0 : end;
        }
        channel.truncate(whole);
        channel.position(whole);
    }

    private void rotate() throws IOException {
        channel.close();
        Instant now = clock.instant();
        Path target = sibling(now);
        while (Files.exists(target)) {
            now = now.plusSeconds(1);
            target = sibling(now);
        }
        Files.move(file, target);
        List<Path> old = rotated(file);
        for (Path tooOld : old.subList(Math.min(maxRotations, old.size()), old.size())) {
            Files.delete(tooOld);
        }
        openFile();
    }

    private Path sibling(Instant time) {
        return file.resolveSibling(file.getFileName() + "." + STAMP.format(time));
    }

    /** The older files, newest first. */
    private static List<Path> rotated(Path file) throws IOException {
        List<Path> found = new ArrayList<>();
        Path directory = file.toAbsolutePath().getParent();
        String glob = file.getFileName() + ".[0-9]*T[0-9]*";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            files.forEach(found::add);
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }
}
