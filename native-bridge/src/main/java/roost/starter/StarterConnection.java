// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One starter at the other end of a socket. Every method may be called from any thread and returns
 * at once; the stages complete on the reactor's thread, with {@link StarterException} if the
 * starter refuses or is lost. There is no timeout here: a starter always answers or its socket
 * closes.
 */
public final class StarterConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StarterConnection.class);
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    /**
     * More than any caller needs at once; a caller that gets here does not wait for its answers.
     */
    private static final int PENDING_MAX = 1024;

    private record Pending(
            int answer, Function<ByteBuffer, ?> decode, CompletableFuture<Object> future) {}

    private final StarterReactor reactor;
    private final SocketChannel channel;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Queue<ByteBuffer> unsent = new ArrayDeque<>(); // guarded by itself
    private volatile StarterListener listener;
    private ByteBuffer in = ByteBuffer.allocate(1024); // the reactor's thread only

    private StarterConnection(
            StarterReactor reactor, SocketChannel channel, StarterListener listener) {
        this.reactor = reactor;
        this.channel = channel;
        this.listener = listener;
    }

    /**
     * Connects to a starter's socket, however long its path is.
     *
     * @throws IOException if nobody listens there
     */
    static StarterConnection open(StarterReactor reactor, Path socket, StarterListener listener)
            throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (ShortPath reachable = ShortPath.of(socket)) {
            channel.connect(UnixDomainSocketAddress.of(reachable.path()));
            channel.configureBlocking(false);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        StarterConnection connection = new StarterConnection(reactor, channel, listener);
        reactor.register(channel, connection);
        return connection;
    }

    /**
     * Has an idle starter run a job; {@code events} hears everything that follows. The stage fails
     * if the job could not be started, with the reason in the words users know. If it got as far as
     * the job's own files and program, there is an exit record with the same text, and {@code
     * Exited} follows unless the connection is closed.
     */
    public CompletionStage<StarterEvent.Started> launch(LaunchSpec spec, StarterListener events) {
        ByteBuffer body = spec.encode();
        listener = events;
        return request(Frame.LAUNCH, body, Frame.STARTED, StarterEvent.Started::decode);
    }

    /** Sends a signal to the main process only. */
    public CompletionStage<Void> signal(int signal) {
        ByteBuffer body =
                ByteBuffer.allocate(Integer.BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return request(Frame.SIGNAL_MAIN, body.putInt(signal).flip(), Frame.OK, in -> null);
    }

    /** Stops the whole family; completes when every process of it is stopped. */
    public CompletionStage<StarterEvent.Stopped> stop() {
        return request(Frame.STOP, EMPTY, Frame.STOPPED, StarterEvent.Stopped::decode);
    }

    /** Lets the whole family run on. */
    public CompletionStage<StarterEvent.Continued> resume() {
        return request(Frame.CONTINUE, EMPTY, Frame.CONTINUED, StarterEvent.Continued::decode);
    }

    /**
     * Asks the job to end: lets it run on if it is stopped, and sends its kill signal to the main
     * process.
     */
    public CompletionStage<Void> terminate() {
        return request(Frame.TERMINATE, EMPTY, Frame.OK, in -> null);
    }

    /**
     * Kills the whole family; the stage has the number of processes. Their end is told by {@code
     * Exited}.
     */
    public CompletionStage<Integer> killFamily() {
        return request(Frame.KILL_FAMILY, EMPTY, Frame.KILLED, ByteBuffer::getInt);
    }

    public CompletionStage<StarterStatus> status() {
        return request(Frame.STATUS, EMPTY, Frame.STATUS_REPLY, StarterStatus::decode);
    }

    public CompletionStage<Usage> usage() {
        return request(Frame.USAGE, EMPTY, Frame.USAGE_REPLY, Usage::decode);
    }

    public CompletionStage<Void> ping() {
        return request(Frame.PING, EMPTY, Frame.OK, in -> null);
    }

    /**
     * Says that the exit has been taken over durably; the starter then ends, and this connection
     * with it.
     */
    public CompletionStage<Void> acknowledgeExit() {
        return request(Frame.ACK_EXIT, EMPTY, Frame.OK, in -> null);
    }

    /**
     * Lets the starter end once the exit record is on disk, without waiting for {@link
     * #acknowledgeExit}.
     */
    public CompletionStage<Void> leaveWhenDone() {
        return request(Frame.SHUTDOWN_WHEN_DONE, EMPTY, Frame.OK, in -> null);
    }

    public boolean isOpen() {
        return !closed.get();
    }

    /**
     * Hangs up. An idle starter then ends; a job runs on and can be found again by {@link
     * Reattach}.
     */
    @Override
    public void close() {
        hangUp("closed by this node");
    }

    @SuppressWarnings("unchecked")
    private <T> CompletionStage<T> request(
            int type, ByteBuffer body, int answer, Function<ByteBuffer, T> decode) {
        CompletableFuture<Object> future = new CompletableFuture<>();
        if (pending.size() >= PENDING_MAX) {
            return CompletableFuture.failedFuture(
                    new StarterException(0, "too many requests wait for this starter"));
        }
        int id = lastId.incrementAndGet();
        pending.put(id, new Pending(answer, decode, future));
        if (closed.get()) {
            pending.remove(id);
            return CompletableFuture.failedFuture(new StarterException(0, "the starter is gone"));
        }
        send(Frame.encode(type, id, body));
        return (CompletionStage<T>) future;
    }

    /**
     * Writes from the caller's thread: waking the reactor first would cost as much as the whole
     * exchange.
     */
    private void send(ByteBuffer frame) {
        try {
            synchronized (unsent) {
                if (unsent.isEmpty()) {
                    channel.write(frame);
                }
                if (!frame.hasRemaining()) {
                    return;
                }
                unsent.add(frame);
            }
            reactor.awaitWritable(channel);
        } catch (IOException e) {
            reactor.execute(() -> lost("cannot write: " + e.getMessage()));
        }
    }

    void writable() {
        try {
            synchronized (unsent) {
                for (ByteBuffer next = unsent.peek(); next != null; next = unsent.peek()) {
                    channel.write(next);
                    if (next.hasRemaining()) {
                        reactor.awaitWritable(channel);
                        return;
                    }
                    unsent.remove();
                }
            }
        } catch (IOException e) {
            lost("cannot write: " + e.getMessage());
        }
    }

    void readable() {
        try {
            for (int n = channel.read(in); n != 0; n = channel.read(in)) {
                if (n < 0) {
                    lost("the starter has closed the connection");
                    return;
                }
                takeFrames();
            }
        } catch (IOException e) {
            lost("cannot read: " + e.getMessage());
        }
    }

    private void takeFrames() throws IOException {
        in.flip();
        for (var frame = Frame.decode(in, Frame.ANSWER_MAX_BYTES);
                frame.isPresent();
                frame = Frame.decode(in, Frame.ANSWER_MAX_BYTES)) {
            take(frame.get());
        }
        in.compact();
        if (!in.hasRemaining()) {
            in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
        }
    }

    private void take(Frame frame) {
        try {
            if (closed.get()) {
                LOG.debug("frame {} after the end of the connection", frame.type());
            } else if (frame.id() == 0) {
                event(frame);
            } else {
                answer(frame);
            }
        } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException cutShort) {
            lost("a frame of the starter is too short for its type " + frame.type());
        }
    }

    private void event(Frame frame) {
        ByteBuffer body = frame.body();
        switch (frame.type()) {
            case Frame.STARTED -> tell(StarterEvent.Started.decode(body));
            case Frame.STOPPED -> tell(StarterEvent.Stopped.decode(body));
            case Frame.CONTINUED -> tell(StarterEvent.Continued.decode(body));
            case Frame.EXITED -> tell(new StarterEvent.Exited(ExitRecord.decode(body)));
            case Frame.ERROR -> {
                body.getInt();
                lost("the starter says: " + Frame.string(body));
            }
            default -> LOG.debug("starter event of unknown type {}", frame.type());
        }
    }

    private void answer(Frame frame) {
        Pending request = pending.remove(frame.id());
        if (request == null) {
            LOG.debug("answer {} to nothing asked", frame.id());
        } else if (frame.type() == request.answer()) {
            request.future().complete(request.decode().apply(frame.body()));
        } else if (frame.type() == Frame.ERROR) {
            int errno = frame.body().getInt();
            request.future()
                    .completeExceptionally(new StarterException(errno, Frame.string(frame.body())));
        } else {
            request.future()
                    .completeExceptionally(
                            new StarterException(
                                    0, "the starter answers with type " + frame.type()));
        }
    }

    private void tell(StarterEvent event) {
        listener.onEvent(this, event);
    }

    /** Only on the reactor's thread. */
    void lost(String reason) {
        if (hangUp(reason)) {
            tell(new StarterEvent.Lost(reason));
        }
    }

    private boolean hangUp(String reason) {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a starter connection", e);
        }
        StarterException gone = new StarterException(0, "the starter is gone: " + reason);
        pending.values().forEach(p -> p.future().completeExceptionally(gone));
        pending.clear();
        return true;
    }
}
