// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that listens to all starters of a node. Listeners and completed stages run on it,
 * so they must hand their work on and not block. One reactor serves a node; closing it closes every
 * connection, and no job notices.
 */
public final class StarterReactor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StarterReactor.class);

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    public StarterReactor() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a selector", e);
        }
        thread = new Thread(this::run, "roost-starters");
        thread.setDaemon(true);
        thread.start();
    }

    /** Watches a connection for incoming bytes. */
    void register(SocketChannel channel, StarterConnection connection) {
        execute(
                () -> {
                    try {
                        channel.register(selector, SelectionKey.OP_READ, connection);
                    } catch (IOException e) {
                        connection.lost("cannot watch the connection: " + e.getMessage());
                    }
                });
    }

    /** Asks for a call of {@link StarterConnection#writable} when there is room to write again. */
    void awaitWritable(SocketChannel channel) {
        execute(
                () -> {
                    SelectionKey key = channel.keyFor(selector);
                    if (key != null && key.isValid()) {
                        key.interestOpsOr(SelectionKey.OP_WRITE);
                    }
                });
    }

    /** Runs a task on the reactor's thread: at once if this is it. */
    void execute(Runnable task) {
        if (Thread.currentThread() == thread) {
            task.run();
            return;
        }
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        } catch (ClosedSelectorException closed) {
            LOG.debug("starter reactor closed");
        } catch (IOException e) {
            LOG.error("starter reactor failed; the node has lost sight of its jobs", e);
        }
    }

    private void ready(SelectionKey key) {
        StarterConnection connection = (StarterConnection) key.attachment();
        try {
            if (key.isReadable()) {
                connection.readable();
            }
            if (key.isValid() && key.isWritable()) {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
                connection.writable();
            }
        } catch (CancelledKeyException closedMeanwhile) {
            LOG.debug("a connection was closed while something arrived on it");
        } catch (RuntimeException bug) {
            // One listener's mistake must not silence every other job.
            LOG.error("a listener of starter events failed", bug);
        }
    }

    @Override
    public void close() {
        execute(
                () -> {
                    selector.keys()
                            .forEach(
                                    k ->
                                            ((StarterConnection) k.attachment())
                                                    .lost("the node is closing"));
                    try {
                        selector.close();
                    } catch (IOException e) {
                        LOG.debug("closing the selector", e);
                    }
                });
    }
}
