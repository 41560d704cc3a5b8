// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the bytes of an image are read from: a file, or memory in tests. */
interface ImageSource extends Closeable {
    long size() throws IOException;

    /** As {@link FileChannel#read(ByteBuffer, long)}. */
    int read(ByteBuffer to, long position) throws IOException;

    static ImageSource file(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        return new ImageSource() {
            @Override
            public long size() throws IOException {
                return channel.size();
            }

            @Override
            public int read(ByteBuffer to, long position) throws IOException {
                return channel.read(to, position);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    static ImageSource memory(byte[] bytes) {
        return new ImageSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(ByteBuffer to, long position) {
                int n = (int) Math.min(to.remaining(), bytes.length - position);
                if (n <= 0) {
                    return -1;
                }
                to.put(bytes, (int) position, n);
                return n;
            }

            @Override
            public void close() {}
        };
    }

    /** Fills the buffer from {@code position} on and flips it. */
    default void readFully(ByteBuffer to, long position) throws IOException {
        to.clear();
        while (to.hasRemaining()) {
            if (read(to, position + to.position()) <= 0) {
                throw new ImageException(
                        ImageException.Kind.TRUNCATED,
                        "the image became shorter while it was read");
            }
        }
        to.flip();
    }

    default ByteBuffer bytes(long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        readFully(buffer, position);
        return buffer;
    }
}
