// SPDX-License-Identifier: Apache-2.0
package roost.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long each user's jobs had machines. Kept in memory and written as a whole by {@link #save},
 * which a node does from time to time and when it stops.
 */
public final class Accounting {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Who used the machine. */
    public enum Kind {
        COD,
        BATCH
    }

    /**
     * Totals of one user, in seconds of wall time.
     *
     * @param codSeconds COD jobs running
     * @param codSuspendedSeconds COD jobs suspended
     * @param batchSeconds batch jobs running
     * @param batchSuspendedSeconds batch jobs suspended, as by COD jobs
     */
    public record Usage(
            double codSeconds,
            double codSuspendedSeconds,
            double batchSeconds,
            double batchSuspendedSeconds) {

        static final Usage NONE = new Usage(0, 0, 0, 0);

        private Usage plus(Kind kind, double running, double suspended) {
            return kind == Kind.COD
                    ? new Usage(
                            codSeconds + running,
                            codSuspendedSeconds + suspended,
                            batchSeconds,
                            batchSuspendedSeconds)
                    : new Usage(
                            codSeconds,
                            codSuspendedSeconds,
                            batchSeconds + running,
                            batchSuspendedSeconds + suspended);
        }
    }

    private final Path file;
    private final Map<String, Usage> users = new TreeMap<>();
    private boolean changed;

    private Accounting(Path file) {
        this.file = file;
    }

    /**
     * Reads the file, or begins at nothing when there is none.
     *
     * @throws IOException when it cannot be read; the message says what to do
     */
    public static Accounting open(Path file) throws IOException {
        Accounting accounting = new Accounting(file);
        if (Files.exists(file)) {
            try {
                accounting.users.putAll(
                        JSON.readValue(
                                Files.readString(file),
                                new TypeReference<Map<String, Usage>>() {}));
            } catch (JsonProcessingException e) {
                throw new IOException(
                        "%s is damaged (%s); move it aside to start counting anew"
                                .formatted(file, e.getOriginalMessage()),
                        e);
            }
        }
        return accounting;
    }

    /** Adds what one job used; either part may be zero. */
    public synchronized void add(String user, Kind kind, Duration running, Duration suspended) {
        Usage before = users.getOrDefault(user, Usage.NONE);
        users.put(user, before.plus(kind, seconds(running), seconds(suspended)));
        changed = true;
    }

    /** The totals of every user, by name. */
    public synchronized Map<String, Usage> totals() {
        return Map.copyOf(users);
    }

    /** Writes the totals if they changed: all of them or, on failure, none. */
    public synchronized void save() throws IOException {
        if (!changed) {
            return;
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel out =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(users));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        }
        changed = false;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
