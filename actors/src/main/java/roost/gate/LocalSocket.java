// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import roost.posix.DiskTrouble;

/** Listening on a UNIX socket that every local user may connect to; who it is, the kernel tells. */
final class LocalSocket {
    /** What fits into the kernel's {@code sun_path}, without the NUL. */
    private static final int PATH_MAX = 107;

    private LocalSocket() {}

    /**
     * Listens at a path, replacing a socket that a former node left there.
     *
     * @throws IOException if that is not possible, with a text for people
     */
    static ServerSocketChannel listen(Path path, int backlog) throws IOException {
        checkLength(path);
        clear(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), backlog);
            openToAll(path);
            return server;
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on " + path + ": " + DiskTrouble.text(e), e);
        }
    }

    /** Removes the socket of a former node. */
    static void clear(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new IOException(
                    "cannot replace the socket of the node before: " + DiskTrouble.text(e), e);
        }
    }

    /** Refuses a path that the kernel could not take. */
    static void checkLength(Path path) throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > PATH_MAX) {
            throw new IOException(
                    "the path of a UNIX socket may have "
                            + PATH_MAX
                            + " bytes, but "
                            + path
                            + " has "
                            + length
                            + ": set LOCAL_DIR to a shorter path");
        }
    }

    static void openToAll(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    }
}
