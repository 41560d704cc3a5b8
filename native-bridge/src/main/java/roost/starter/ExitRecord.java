// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a job ended. The starter writes it to {@code exit.rec} in the job directory, durably, before
 * it tells anybody, and into the file that it holds locked, before it gives the lock back.
 *
 * @param how the kind of end
 * @param value exit code, signal number or errno, by {@code how}
 * @param coreDumped whether a signal left a core file
 * @param asked whether the starter had been told to terminate or kill it before; then it may not
 *     have come to its own end
 * @param pid of the main process, 0 if there never was one
 * @param startTicks of the main process, see {@link roost.posix.ProcessIdentity}
 * @param began wall-clock time of the start
 * @param ended wall-clock time of the main process's end
 * @param ran real time between the two by a clock that nobody sets; includes time suspended
 * @param userCpu of the whole family
 * @param systemCpu of the whole family
 * @param largestRssBytes the most memory that one process, or the family whenever it was looked at,
 *     had resident
 * @param killed how many descendants were still there when the main process ended, and were killed
 * @param text why the job could not be started, else empty
 */
public record ExitRecord(
        How how,
        int value,
        boolean coreDumped,
        boolean asked,
        long pid,
        long startTicks,
        Instant began,
        Instant ended,
        Duration ran,
        Duration userCpu,
        Duration systemCpu,
        long largestRssBytes,
        int killed,
        String text) {

    static final String FILE = "exit.rec";
    private static final int FILE_BYTES = 4096;
    private static final int CORE = 1;
    private static final int ASKED = 1 << 1;

    /** The numbers are those of the record. */
    public enum How {
        /** The main process ended by itself; the value is its exit code. */
        EXITED,
        /** A signal ended it; the value is the signal's number. */
        SIGNALLED,
        /** It never ran; the value is an errno, the text says what failed. */
        NOT_STARTED
    }

    public OptionalInt exitCode() {
        return how == How.EXITED ? OptionalInt.of(value) : OptionalInt.empty();
    }

    public OptionalInt signal() {
        return how == How.SIGNALLED ? OptionalInt.of(value) : OptionalInt.empty();
    }

    public boolean neverStarted() {
        return how == How.NOT_STARTED;
    }

    /**
     * The record in a job directory: empty if there is no file or the job has not ended.
     *
     * @throws IOException if the file is there but is not a record, or cannot be read
     */
    public static Optional<ExitRecord> read(Path jobDirectory) throws IOException {
        return readFile(jobDirectory.resolve(FILE));
    }

    /**
     * The record in a file that a run of a job held locked, read under that lock: empty if there is
     * no file, or the last run did not come to an end that anybody saw.
     *
     * @throws IOException if the file is there but is not a record, or cannot be read
     */
    public static Optional<ExitRecord> readFile(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(FILE_BYTES);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        boolean blank = true;
        for (byte b : bytes) {
            blank &= b == 0;
        }
        if (blank) {
            return Optional.empty();
        }
        try {
            Optional<Frame> frame = Frame.decode(ByteBuffer.wrap(bytes), FILE_BYTES);
            if (frame.isPresent() && frame.get().type() == Frame.EXITED) {
                return Optional.of(decode(frame.get().body()));
            }
        } catch (IOException | RuntimeException damaged) {
            throw new IOException(
                    "exit record " + file + " is damaged: " + damaged.getMessage(), damaged);
        }
        throw new IOException("exit record " + file + " is damaged: it holds something else");
    }

    static ExitRecord decode(ByteBuffer in) {
        int how = in.getInt();
        if (how < 1 || how > How.values().length) {
            throw new IllegalArgumentException("unknown kind of end " + how);
        }
        int value = in.getInt();
        int flags = in.getInt();
        long pid = in.getInt();
        long ticks = in.getLong();
        Instant began = Instant.EPOCH.plusNanos(in.getLong());
        Instant ended = Instant.EPOCH.plusNanos(in.getLong());
        long beganBoot = in.getLong();
        long endedBoot = in.getLong();
        Duration user = micros(in.getLong());
        Duration system = micros(in.getLong());
        long rss = in.getLong();
        int killed = in.getInt();
        return new ExitRecord(
                How.values()[how - 1],
                value,
                (flags & CORE) != 0,
                (flags & ASKED) != 0,
                pid,
                ticks,
                began,
                ended,
                Duration.ofNanos(endedBoot - beganBoot),
                user,
                system,
                rss,
                killed,
                Frame.string(in));
    }

    static Duration micros(long us) {
        return Duration.ofNanos(us * 1000);
    }
}
