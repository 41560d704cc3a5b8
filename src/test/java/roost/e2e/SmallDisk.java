// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A directory that is a disk of its own, which can be filled; where nobody may mount, it is not.
 */
final class SmallDisk implements AutoCloseable {
    private final Path place;
    private final Path ballast;
    private final boolean small;

    private SmallDisk(Path place, boolean small) {
        this.place = place;
        this.ballast = place.resolve("ballast");
        this.small = small;
    }

    /**
     * Makes the directory.
     *
     * @param size as mount wants it: {@code 64m}
     */
    static SmallDisk mount(Path place, String size) throws IOException {
        Files.createDirectory(place);
        boolean root = System.getProperty("user.name").equals("root");
        String[] mount = {
            "mount", "-t", "tmpfs", "-o", "size=" + size, "roost-test", place.toString()
        };
        return new SmallDisk(place, root && run(mount) == 0);
    }

    /** Whether it can be filled. */
    boolean isSmall() {
        return small;
    }

    /** Writes until it takes no more. */
    void fill() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
        try (FileChannel channel =
                FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (ballast.toFile().getUsableSpace() > 0) {
                zeros.clear();
                channel.write(zeros);
            }
        }
    }

    /**
     * How many files there are, at any depth.
     *
     * @param glob what their names look like
     */
    long count(String glob) throws IOException {
        PathMatcher matcher = place.getFileSystem().getPathMatcher("glob:" + glob);
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(file -> matcher.matches(file.getFileName())).count();
        }
    }

    /** Lets nothing be written from now on; not while anybody has a file open for writing. */
    void readOnly(boolean on) throws IOException {
        int status = run("mount", "-o", "remount," + (on ? "ro" : "rw"), place.toString());
        if (status != 0) {
            throw new IOException(place + " cannot be remounted");
        }
    }

    void empty() throws IOException {
        Files.deleteIfExists(ballast);
    }

    @Override
    public void close() {
        if (small) {
            Await.until("the disk is free", () -> run("umount", place.toString()) == 0);
        }
    }

    private static int run(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command[0] + " does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
