// SPDX-License-Identifier: Apache-2.0
package roost.node;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import roost.config.Knob;
import roost.config.Knobs;
import roost.posix.DiskTrouble;

/**
 * LOCAL_DIR and what is below it, for one node at a time. The lock goes with the process, however
 * it ends.
 */
final class LocalDirectory implements AutoCloseable {
    private final Path run;
    private final Path log;
    private final FileChannel channel;

    private LocalDirectory(Path run, Path log, FileChannel channel) {
        this.run = run;
        this.log = log;
        this.channel = channel;
    }

    /**
     * Makes the directories and takes the lock.
     *
     * @throws IOException if they cannot be made, or another node has them
     */
    static LocalDirectory take(Config roost) throws IOException {
        for (Knob knob :
                List.of(Knobs.LOCAL_DIR, Knobs.RUN, Knobs.SPOOL, Knobs.EXECUTE, Knobs.LOG)) {
            Path directory = Path.of(roost.getString(knob.key().substring("roost.".length())));
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new IOException(
                        "cannot make the directory %s: %s; %s names it"
                                .formatted(directory, DiskTrouble.text(e), knob.name()),
                        e);
            }
        }
        Path run = Path.of(roost.getString("dir.run"));
        FileChannel channel = open(run.resolve("node.lock"), roost);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            String pid = read(channel);
            channel.close();
            throw new IOException(
                    "another node"
                            + (pid.isEmpty() ? "" : " (pid " + pid + ")")
                            + " runs in "
                            + roost.getString("dir.local")
                            + "; stop it with 'roost stop', or give this one a LOCAL_DIR of its own");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid().getBytes(StandardCharsets.US_ASCII)), 0);
        return new LocalDirectory(run, Path.of(roost.getString("dir.log")), channel);
    }

    private static FileChannel open(Path lockFile, Config roost) throws IOException {
        try {
            return FileChannel.open(
                    lockFile,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "cannot open %s: %s; is %s another user's? Give this node a LOCAL_DIR of its own"
                            .formatted(lockFile, DiskTrouble.text(e), roost.getString("dir.local")),
                    e);
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    }

    private static String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    Path log() {
        return log;
    }

    /** Says that the node is ready; {@code run/node.pid} is there as long as it is. */
    void writePid() throws IOException {
        Path fresh = run.resolve("node.pid.tmp");
        Files.writeString(fresh, pid() + "\n");
        Files.move(fresh, run.resolve("node.pid"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(run.resolve("node.pid"));
        channel.close();
    }
}
