// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import roost.posix.Posix;

/**
 * A path to a socket that fits into a socket address, which holds 107 bytes. A longer one is
 * reached through a descriptor of its directory, open as long as this object.
 */
record ShortPath(Path path, int descriptor) implements AutoCloseable {
    private static final int ADDRESS_MAX_BYTES = 107;
    private static final int NONE = -1;

    static ShortPath of(Path socket) throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= ADDRESS_MAX_BYTES) {
            return new ShortPath(socket, NONE);
        }
        int descriptor = Posix.openDirectory(socket.getParent());
        return new ShortPath(
                Path.of(
                        "/proc/self/fd",
                        Integer.toString(descriptor),
                        socket.getFileName().toString()),
                descriptor);
    }

    @Override
    public void close() {
        if (descriptor != NONE) {
            Posix.close(descriptor);
        }
    }
}
