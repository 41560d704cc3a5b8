// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.api.Api;
import roost.api.CommandEngine;
import roost.api.CommandHost;
import roost.config.CondorConfig;
import roost.gate.FrontProtocol.Frame;
import roost.gate.FrontProtocol.Hello;
import roost.gate.FrontProtocol.ProtocolException;
import roost.observe.Metrics;
import roost.security.Identity;

/**
 * The door for the native front of the command line: runs each command that comes in over {@code
 * run/cli.sock}, as the user that the kernel says is at the other end.
 *
 * <p>One thread accepts, reads and, for fronts that are slow to take their output, writes; it never
 * waits for anybody. Commands run on a bounded pool and write their output straight to the socket.
 * A front that goes away interrupts its command; what was asked of the node by then goes on.
 */
public final class CommandLineDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandLineDoor.class);
    private static final int FAILED = 1;
    private static final int ACCEPT_QUEUE = 1024;
    private static final int IDLE_SECONDS_MAX = 20;
    private static final long SWEEP_MILLIS = 1000;

    /** How long a front may take to read the end of what it was sent and go. */
    private static final Duration LINGER = Duration.ofMinutes(10);

    /**
     * The door's limits.
     *
     * @param commands that run at a time, most of them waiting for the node; the fronts of more are
     *     told to ask again
     * @param helloTimeout how long a front may take to say what it wants
     * @param pendingBytes memory for what has not arrived whole, over all connections
     * @param outboxBytes output kept for one slow front before its command has to wait
     */
    public record Limits(int commands, Duration helloTimeout, long pendingBytes, int outboxBytes) {
        public static final Limits DEFAULT =
                new Limits(512, Duration.ofSeconds(10), 64L << 20, 4 << 20);
    }

    private final ServerSocketChannel server;
    private final Selector selector;
    private final Limits limits;
    private final CommandEngine engine;
    private final PeerCredentials peers;
    private final Function<Identity, Api> apis;
    private final Function<CommandHost, CondorConfig> configs;
    private final ThreadPoolExecutor commands;
    private final Thread thread;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(FrontProtocol.CHUNK);
    private final Queue<FrontConnection> writers = new ConcurrentLinkedQueue<>();
    private final Set<FrontConnection> connections = new HashSet<>();
    private final AtomicInteger running = new AtomicInteger();
    private final LongAdder served;
    private final LongAdder refused;
    private volatile boolean closing;

    private CommandLineDoor(
            Path socket,
            Limits limits,
            CommandEngine engine,
            PeerCredentials peers,
            Function<Identity, Api> apis,
            Function<CommandHost, CondorConfig> configs,
            Metrics metrics)
            throws IOException {
        this.limits = limits;
        this.engine = engine;
        this.peers = peers;
        this.apis = apis;
        this.configs = configs;
        this.served = metrics.counter("roost_commands", "Command lines run in the node.");
        this.refused =
                metrics.counter(
                        "roost_commands_refused",
                        "Command lines refused or put off: too many at once.");
        metrics.gauge("roost_commands_running", "Command lines running now.", running::get);
        server = LocalSocket.listen(socket, ACCEPT_QUEUE);
        server.configureBlocking(false);
        selector = Selector.open();
        server.register(selector, SelectionKey.OP_ACCEPT);
        AtomicInteger number = new AtomicInteger();
        // A thread that was used last is used next; there are as many as commands ever ran at a
        // time.
        commands =
                new ThreadPoolExecutor(
                        0,
                        limits.commands(),
                        IDLE_SECONDS_MAX,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        task -> daemon(task, "command-" + number.incrementAndGet()));
        thread = daemon(this::loop, "command-line-door");
    }

    /**
     * Opens the door.
     *
     * @param socket where to listen; whatever is there is replaced
     * @param engine what runs the commands
     * @param apis the node as a user sees it
     * @param configs the configuration in force for whoever runs a command
     * @throws IOException if it cannot listen there, saying why and what to do
     */
    public static CommandLineDoor open(
            Path socket,
            Limits limits,
            CommandEngine engine,
            PeerCredentials peers,
            Function<Identity, Api> apis,
            Function<CommandHost, CondorConfig> configs,
            Metrics metrics)
            throws IOException {
        CommandLineDoor door =
                new CommandLineDoor(socket, limits, engine, peers, apis, configs, metrics);
        door.thread.start();
        return door;
    }

    /** Lets nobody in any more, and interrupts the commands that still run. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commands.shutdownNow();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread made = new Thread(task, name);
        made.setDaemon(true);
        return made;
    }

    // ---- the selector thread ----

    private void loop() {
        long nextSweep = System.nanoTime();
        try (server;
                selector) {
            while (!closing) {
                selector.select(this::ready, connections.isEmpty() ? 0 : SWEEP_MILLIS);
                FrontConnection writer;
                while ((writer = writers.poll()) != null) {
                    write(writer);
                }
                if (System.nanoTime() - nextSweep >= 0) {
                    nextSweep = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
                    sweep();
                }
            }
        } catch (IOException e) {
            LOG.error("the command line door has failed and is closed: {}", e.getMessage(), e);
        } finally {
            List.copyOf(connections).forEach(this::drop);
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() == null) {
            accept();
            return;
        }
        FrontConnection connection = (FrontConnection) key.attachment();
        if (key.isValid() && key.isWritable()) {
            write(connection);
        }
        if (key.isValid() && key.isReadable()) {
            read(connection);
        }
    }

    private void accept() {
        try {
            SocketChannel channel;
            while ((channel = server.accept()) != null) {
                admit(channel);
            }
        } catch (IOException e) {
            // Most likely out of descriptors: those that are in use come back when commands end.
            LOG.warn("cannot accept a command line: {}", e.getMessage());
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        FrontConnection connection;
        try {
            channel.configureBlocking(false);
            connection =
                    new FrontConnection(
                            channel, peers.of(channel), limits.outboxBytes(), this::wantsToWrite);
        } catch (IOException e) {
            LOG.debug("a front went away at once: {}", e.getMessage());
            channel.close();
            return;
        }
        if (connections.size() >= 2 * limits.commands()) {
            putOff(connection);
            connection.close();
            return;
        }
        connections.add(connection);
        connection.deadlineNanos = System.nanoTime() + limits.helloTimeout().toNanos();
        // What the front wants is most often there already; the command starts before anything
        // else.
        read(connection);
        if (channel.isOpen()) {
            connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
        }
    }

    private void read(FrontConnection connection) {
        try {
            readBuffer.clear();
            int n = connection.channel().read(readBuffer);
            if (n < 0) {
                drop(connection);
                return;
            }
            connection.received(readBuffer.flip(), frame -> frame(connection, frame));
        } catch (ProtocolException e) {
            LOG.info("closed a connection of {}: {}", connection.identity().user(), e.getMessage());
            drop(connection);
        } catch (IOException e) {
            drop(connection);
        }
    }

    private void frame(FrontConnection connection, Frame frame) throws ProtocolException {
        if (connection.deadlineNanos == 0) {
            connection.answer(frame);
            return;
        }
        if (frame.type() != FrontProtocol.HELLO) {
            throw new ProtocolException("the first frame is no greeting");
        }
        Hello hello = Hello.parse(frame.payload());
        connection.deadlineNanos = 0;
        if (hello.version() != FrontProtocol.VERSION) {
            refuse(
                    connection,
                    "this command belongs to another version of Roost than the node that runs; stop the"
                            + " node and start it again");
            return;
        }
        try {
            commands.execute(() -> run(connection, hello));
        } catch (RejectedExecutionException e) {
            putOff(connection);
        }
    }

    /** Prints a line to the user's standard error and ends the command. */
    private void refuse(FrontConnection connection, String why) {
        refused.increment();
        print(connection, why);
        connection.finish(FAILED);
    }

    /**
     * As many commands run as may; the front asks again a little later, and gives up in the end.
     */
    private void putOff(FrontConnection connection) {
        refused.increment();
        connection.putOff(FAILED);
    }

    private static void print(FrontConnection connection, String message) {
        byte[] line = ("roost: " + message + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            connection.write(2, line, 0, line.length);
        } catch (IOException e) {
            LOG.debug("nobody is there to be told: {}", message);
        }
    }

    /** Called by commands' threads. */
    private void wantsToWrite(FrontConnection connection) {
        writers.add(connection);
        selector.wakeup();
    }

    private void write(FrontConnection connection) {
        try {
            boolean all = connection.drain();
            if (connection.key != null && connection.key.isValid()) {
                connection.key.interestOps(
                        all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            drop(connection);
        }
    }

    private void drop(FrontConnection connection) {
        if (connections.remove(connection)) {
            connection.close();
        }
    }

    /** Ends what takes too long to say what it wants, or to go, or holds too much memory. */
    private void sweep() {
        long now = System.nanoTime();
        long pending = 0;
        List<FrontConnection> late = new ArrayList<>();
        for (FrontConnection connection : connections) {
            if (connection.deadlineNanos == 0 && connection.isDone()) {
                connection.deadlineNanos = now + LINGER.toNanos();
            }
            pending += connection.pendingBytes();
            boolean overdue = connection.deadlineNanos != 0 && now - connection.deadlineNanos >= 0;
            if (overdue || pending > limits.pendingBytes()) {
                late.add(connection);
            }
        }
        late.forEach(this::drop);
    }

    // ---- the commands' threads ----

    private void run(FrontConnection connection, Hello hello) {
        if (!connection.begin(Thread.currentThread())) {
            return;
        }
        running.incrementAndGet();
        int status = FAILED;
        try {
            FrontHost host =
                    new FrontHost(connection, hello, apis.apply(connection.identity()), configs);
            status = engine.run(host);
        } catch (RuntimeException | StackOverflowError e) {
            if (connection.isGone()) {
                LOG.debug("command {} failed when its user had gone", hello.argv().get(0), e);
            } else {
                LOG.error("command {} failed", hello.argv().get(0), e);
            }
            print(connection, "internal error: " + e + " (the node's log has more)");
        } finally {
            served.increment();
            running.decrementAndGet();
            connection.finish(status);
            Thread.interrupted();
        }
    }
}
