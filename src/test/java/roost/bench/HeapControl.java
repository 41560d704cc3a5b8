// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What the C program {@code heap} shares with who drives it; the layout is in {@code heap.h}. */
final class HeapControl {
    private static final int ASKED_LIFE = 0;
    private static final int DONE_LIFE = 32;
    private static final int READY = 64;
    private static final int FIRST_NS = 88;
    private static final int WRONG = 104;
    private static final int ITERATIONS = 120;
    private static final int REST = 128;
    private static final int SIZE = 136;
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(3);

    private final MappedByteBuffer memory;

    private HeapControl(MappedByteBuffer memory) {
        this.memory = memory;
    }

    static HeapControl create(Path file) throws IOException {
        try (RandomAccessFile control = new RandomAccessFile(file.toFile(), "rw")) {
            control.setLength(SIZE);
            MappedByteBuffer memory =
                    control.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
            memory.order(ByteOrder.nativeOrder());
            return new HeapControl(memory);
        }
    }

    void awaitReady() throws IOException {
        await(READY, 1);
    }

    /** The program's next first instruction after a restart shall be noted. */
    void beginLife() {
        memory.putLong(ASKED_LIFE, memory.getLong(ASKED_LIFE) + 1);
    }

    /** When that was, by System.nanoTime, once all its memory was found to be right. */
    long firstInstruction() throws IOException {
        await(DONE_LIFE, memory.getLong(ASKED_LIFE));
        if (memory.getLong(WRONG) != 0) {
            throw new IOException(memory.getLong(WRONG) + " words are wrong after a restart");
        }
        return memory.getLong(FIRST_NS);
    }

    /** Whether the program shall leave the processor to others. */
    void rest(boolean rest) {
        memory.putLong(REST, rest ? 1 : 0);
    }

    long iterations() {
        return memory.getLong(ITERATIONS);
    }

    private void await(int field, long value) throws IOException {
        long begin = System.nanoTime();
        while (memory.getLong(field) != value) {
            if (System.nanoTime() - begin > PATIENCE_NS) {
                throw new IOException("the program does not answer");
            }
            LockSupport.parkNanos(200_000);
        }
    }
}
