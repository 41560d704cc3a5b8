// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps idle starters ready, so that starting a job costs one message and one fork and not the
 * start of a process besides. A starter runs one job; the pool replaces each that is taken, a
 * moment later, when the job that took it has started.
 */
public final class StarterPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StarterPool.class);

    /** After a launch: the job's first instructions come before the next spare. */
    private static final Executor A_MOMENT_LATER =
            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

    private final StarterLauncher launcher;
    private final int spares;
    private final Deque<StarterConnection> idle = new ArrayDeque<>(); // guarded by this
    private int coming; // guarded by this
    private boolean closed; // guarded by this

    /**
     * @param spares starters to keep ready, 0 or more
     */
    public StarterPool(StarterLauncher launcher, int spares) {
        this.launcher = launcher;
        this.spares = spares;
        refill();
    }

    /**
     * Starts a job. The stage completes when its program runs (or waits, stopped, before its first
     * instruction) and fails with a {@link StarterException} in users' words if it could not be
     * started.
     */
    public CompletionStage<Launched> launch(LaunchSpec spec, StarterListener listener) {
        return take().thenCompose(
                        starter ->
                                starter.launch(spec, listener)
                                        .whenComplete(
                                                (started, failure) -> {
                                                    if (failure != null) {
                                                        starter.close();
                                                    }
                                                    A_MOMENT_LATER.execute(this::refill);
                                                })
                                        .thenApply(started -> new Launched(starter, started)));
    }

    /** A job that runs, and the connection to its starter. */
    public record Launched(StarterConnection connection, StarterEvent.Started started) {}

    /** How many idle starters wait now. */
    public synchronized int ready() {
        idle.removeIf(starter -> !starter.isOpen());
        return idle.size();
    }

    private CompletionStage<StarterConnection> take() {
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new StarterException(0, "the node is closing and starts no job"));
            }
            while (!idle.isEmpty()) {
                StarterConnection starter = idle.poll();
                if (starter.isOpen()) {
                    return CompletableFuture.completedFuture(starter);
                }
            }
        }
        return launcher.start();
    }

    private void refill() {
        int wanted;
        synchronized (this) {
            wanted = closed ? 0 : spares - ready() - coming;
            coming += Math.max(wanted, 0);
        }
        for (int i = 0; i < wanted; i++) {
            launcher.start().whenComplete(this::arrived);
        }
    }

    private void arrived(StarterConnection starter, Throwable failure) {
        boolean late;
        synchronized (this) {
            coming--;
            late = closed;
            if (starter != null && !closed) {
                idle.add(starter);
            }
        }
        if (failure != null) {
            // The next launch tries again by itself and tells its caller; nothing is lost but the
            // head start.
            LOG.warn("cannot prepare a spare starter: {}", failure.getMessage());
        } else if (late) {
            starter.close();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            idle.forEach(StarterConnection::close);
            idle.clear();
        }
    }
}
