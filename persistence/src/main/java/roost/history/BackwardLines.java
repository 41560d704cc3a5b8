// SPDX-License-Identifier: Apache-2.0
package roost.history;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The lines of a file from the last to the first. Text behind the last newline is no line. A file
 * that grows meanwhile is read as it was when it was opened.
 */
final class BackwardLines implements Closeable {

    private static final int BLOCK_BYTES = 64 * 1024;

    private final FileChannel channel;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private long blockAt;

    /** Everything from here on was handed out. */
    private long position;

    private long endOfPrevious;

    BackwardLines(Path file) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.position = channel.size();
        this.blockAt = position;
        while (position > 0 && byteAt(position - 1) != '\n') {
            position--;
        }
    }

    /** The line before the one returned last, without its newline; null before the first. */
    String previous() throws IOException {
        if (position == 0) {
            return null;
        }
        endOfPrevious = position;
        ByteArrayOutputStream reversed = new ByteArrayOutputStream();
        position--; // the newline that ends it
        while (position > 0 && byteAt(position - 1) != '\n') {
            position--;
            reversed.write(byteAt(position));
        }
        byte[] bytes = reversed.toByteArray();
        for (int left = 0, right = bytes.length - 1; left < right; left++, right--) {
            byte swapped = bytes[left];
            bytes[left] = bytes[right];
            bytes[right] = swapped;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Offset behind the newline of the line returned last. */
    long endOfPrevious() {
        return endOfPrevious;
    }

    private byte byteAt(long offset) throws IOException {
        if (offset < blockAt) {
            int length = (int) Math.min(BLOCK_BYTES, blockAt);
            block = ByteBuffer.allocate(length);
            blockAt -= length;
            while (block.hasRemaining()) {
                if (channel.read(block, blockAt + block.position()) < 0) {
                    throw new IOException("the file became shorter while it was read");
                }
            }
        }
        return block.get((int) (offset - blockAt));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
