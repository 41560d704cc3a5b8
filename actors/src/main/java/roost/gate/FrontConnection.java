// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import roost.gate.FrontProtocol.Frame;
import roost.gate.FrontProtocol.ProtocolException;
import roost.security.Identity;

/**
 * One command's connection. Two threads meet here: the door's selector thread, which reads and
 * writes what the channel takes, and the thread that runs the command, which writes at once where
 * the channel allows it (so a small command costs one system call and no hand-over) and waits for
 * answers.
 *
 * <p>Not more than {@code outboxMax} bytes wait for a slow front; then the command waits.
 */
final class FrontConnection {
    /**
     * A front answers one question at a time, with at most two frames (opened, and its first
     * bytes).
     */
    private static final int ANSWERS_MAX = 2;

    private static final int BATCH_START = 1024;
    private static final int IN_START = 4096;
    private static final Frame GONE = new Frame((byte) 0, 0, 0, ByteBuffer.allocate(0));

    private final SocketChannel channel;
    private final Identity identity;
    private final int outboxMax;
    private final Consumer<FrontConnection> wantsToWrite;

    // Selector thread only.
    private ByteBuffer in = ByteBuffer.allocate(IN_START).order(ByteOrder.LITTLE_ENDIAN);
    SelectionKey key;
    long deadlineNanos;

    private final BlockingQueue<Frame> answers = new ArrayBlockingQueue<>(ANSWERS_MAX + 1);

    // Guarded by outbox.
    private final Deque<ByteBuffer> outbox = new ArrayDeque<>();
    private long outboxBytes;
    private boolean gone;
    private boolean finished;
    private Thread runner;

    // The command's thread only.
    private ByteBuffer batch = ByteBuffer.allocate(BATCH_START).order(ByteOrder.LITTLE_ENDIAN);
    private int batchFrame = -1;
    private int batchStream;

    FrontConnection(
            SocketChannel channel,
            Identity identity,
            int outboxMax,
            Consumer<FrontConnection> wantsToWrite) {
        this.channel = channel;
        this.identity = identity;
        this.outboxMax = outboxMax;
        this.wantsToWrite = wantsToWrite;
    }

    SocketChannel channel() {
        return channel;
    }

    Identity identity() {
        return identity;
    }

    // ---- the selector thread ----

    /** Bytes held of a frame that has not arrived whole. */
    int pendingBytes() {
        return in.position();
    }

    /**
     * Takes bytes that arrived and hands out each frame that is whole.
     *
     * @throws ProtocolException if this cannot be a front
     */
    void received(ByteBuffer bytes, FrameSink sink) throws ProtocolException {
        reserve(bytes.remaining());
        in.put(bytes);
        in.flip();
        while (in.remaining() >= FrontProtocol.HEADER) {
            int at = in.position();
            int length = in.getInt(at);
            byte type = in.get(at + 4);
            if (length < 0 || length > FrontProtocol.longest(type)) {
                throw new ProtocolException("length " + Integer.toUnsignedString(length));
            }
            if (in.remaining() < FrontProtocol.HEADER + length) {
                break;
            }
            byte[] payload = new byte[length];
            in.get(at + FrontProtocol.HEADER, payload);
            int flags = Byte.toUnsignedInt(in.get(at + 5));
            int stream = Short.toUnsignedInt(in.getShort(at + 6));
            in.position(at + FrontProtocol.HEADER + length);
            sink.accept(
                    new Frame(
                            type,
                            flags,
                            stream,
                            ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN)));
        }
        in.compact();
        if (in.position() == 0 && in.capacity() > FrontProtocol.CHUNK) {
            in = ByteBuffer.allocate(IN_START).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Where whole frames go. */
    interface FrameSink {
        void accept(Frame frame) throws ProtocolException;
    }

    private void reserve(int more) {
        if (in.remaining() < more) {
            int size = Math.max(in.capacity() * 2, in.position() + more);
            in = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(in.flip());
        }
    }

    /** Hands an answer to the command. */
    void answer(Frame frame) throws ProtocolException {
        if (frame.type() == FrontProtocol.HELLO || answers.size() >= ANSWERS_MAX) {
            throw new ProtocolException("an answer without a question");
        }
        answers.add(frame);
    }

    /** Writes what waits, as much as the channel takes; true when all of it went. */
    boolean drain() throws IOException {
        synchronized (outbox) {
            while (!outbox.isEmpty()) {
                ByteBuffer next = outbox.peekFirst();
                outboxBytes -= channel.write(next);
                if (next.hasRemaining()) {
                    return false;
                }
                outbox.removeFirst();
            }
            outbox.notifyAll();
            return true;
        }
    }

    /** The front has gone, or must go: ends the command if it still runs. */
    void close() {
        synchronized (outbox) {
            gone = true;
            outbox.clear();
            outboxBytes = 0;
            outbox.notifyAll();
            if (runner != null) {
                runner.interrupt();
            }
        }
        answers.clear();
        answers.add(GONE);
        try {
            channel.close();
        } catch (IOException e) {
            // Closed is what it is now, whatever the system says about it.
            gone = true;
        }
    }

    /** Whether there is nobody any more to print for. */
    boolean isGone() {
        synchronized (outbox) {
            return gone;
        }
    }

    /** Whether the command has ended and everything was written. */
    boolean isDone() {
        synchronized (outbox) {
            return finished && outbox.isEmpty();
        }
    }

    // ---- the command's thread ----

    /** Says which thread to interrupt when the front goes away; false if it has already gone. */
    boolean begin(Thread thread) {
        synchronized (outbox) {
            runner = thread;
            return !gone;
        }
    }

    /**
     * Sends what is left and the exit status; from here on the thread is not interrupted any more.
     */
    void finish(int status) {
        end(status, 0);
    }

    /** Nothing was done; the front will ask again. */
    void putOff(int status) {
        end(status, FrontProtocol.NOT_BEGUN);
    }

    private void end(int status, int flags) {
        reserveBatch(FrontProtocol.HEADER + 4);
        FrontProtocol.putHeader(batch, FrontProtocol.EXIT, flags, 0, 4);
        batch.putInt(status);
        synchronized (outbox) {
            finished = true;
            runner = null;
        }
        try {
            sendBatch(Integer.MAX_VALUE);
        } catch (IOException e) {
            wantsToWrite.accept(this); // the selector thread meets the same error and closes
        }
    }

    /** Adds bytes for one of the front's streams; they go out with the next flush, or when many. */
    void write(int stream, byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int room = frameRoom(stream);
            int n = Math.min(left, room);
            reserveBatch(n);
            batch.put(bytes, from, n);
            batch.putInt(batchFrame, batch.position() - batchFrame - FrontProtocol.HEADER);
            from += n;
            left -= n;
        }
        if (batch.position() >= FrontProtocol.CHUNK) {
            flush();
        }
    }

    /** Room in the frame being filled, which is a new one if the stream changed or it is full. */
    private int frameRoom(int stream) {
        if (batchFrame >= 0 && batchStream == stream) {
            int used = batch.position() - batchFrame - FrontProtocol.HEADER;
            if (used < FrontProtocol.CHUNK) {
                return FrontProtocol.CHUNK - used;
            }
        }
        reserveBatch(FrontProtocol.HEADER);
        batchFrame = batch.position();
        batchStream = stream;
        FrontProtocol.putHeader(batch, FrontProtocol.WRITE, stream, 0);
        return FrontProtocol.CHUNK;
    }

    private void reserveBatch(int more) {
        if (batch.remaining() < more) {
            int size = Math.max(batch.capacity() * 2, batch.position() + more);
            batch = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(batch.flip());
        }
    }

    /** Sends what was written so far. */
    void flush() throws IOException {
        sendBatch(outboxMax);
    }

    /** Sends what was written so far and a question, and waits for the answer. */
    Frame ask(byte type, int stream, byte[] payload) throws IOException {
        reserveBatch(FrontProtocol.HEADER + payload.length);
        FrontProtocol.putHeader(batch, type, stream, payload.length);
        batch.put(payload);
        sendBatch(outboxMax);
        return await();
    }

    /** Waits for the next answer. */
    Frame await() throws IOException {
        try {
            Frame frame = answers.take();
            if (frame == GONE) {
                answers.offer(GONE);
                throw new IOException("the front has gone");
            }
            return frame;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the front has gone");
        }
    }

    private void sendBatch(int limit) throws IOException {
        batchFrame = -1;
        if (batch.position() == 0) {
            return;
        }
        batch.flip();
        boolean all;
        synchronized (outbox) {
            if (gone) {
                batch.clear();
                throw new IOException("the front has gone");
            }
            if (outbox.isEmpty()) {
                channel.write(batch);
            }
            all = !batch.hasRemaining();
            if (!all) {
                outboxBytes += batch.remaining();
                outbox.addLast(batch);
                batch = ByteBuffer.allocate(BATCH_START).order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        if (all) {
            batch.clear();
            return;
        }
        wantsToWrite.accept(this);
        waitForRoom(limit);
    }

    private void waitForRoom(int limit) throws IOException {
        synchronized (outbox) {
            while (outboxBytes > limit && !gone) {
                try {
                    outbox.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the front has gone");
                }
            }
        }
    }
}
