// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes whatever waits, stores it with one sync, and tells
 * everybody; a lone write is stored at once, and while the disk syncs, others gather for the next
 * turn. There is no waiting for more to come.
 */
final class GroupCommit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** Ends the thread after everything before it. */
    private static final Change STOP = new Change("", 0, false, (batch, storage) -> true);

    /** Adds a change to a batch; false when there is more to add in another batch. */
    interface Step {
        boolean addTo(Batch batch, Storage storage);
    }

    /**
     * Something to be stored or deleted for one persistence id.
     *
     * @param bytes about how much, for the limits
     * @param deletes whether it only deletes, which is allowed on a nearly full disk; a deletion
     *     looks at the database, so what was queued before it for the same id is stored first
     */
    record Change(
            String persistenceId,
            long bytes,
            boolean deletes,
            Step step,
            CompletableFuture<Void> done) {
        Change(String persistenceId, long bytes, boolean deletes, Step step) {
            this(persistenceId, bytes, deletes, step, new CompletableFuture<>());
        }
    }

    private final JournalDatabase database;
    private final JournalSettings settings;
    private final BlockingQueue<Change> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong deletedKeys = new AtomicLong();
    private final ConcurrentMap<String, CompletableFuture<Void>> newest = new ConcurrentHashMap<>();
    private final Thread thread;

    /** Changes taken from the queue that did not fit in the last batch; used by the thread only. */
    private final Deque<Change> held = new ArrayDeque<>();

    private long uncompacted;
    private volatile boolean closing;

    GroupCommit(JournalDatabase database, JournalSettings settings) {
        this.database = database;
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(settings.maxQueuedWrites());
        this.thread = new Thread(this::run, "journal-writer");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Queues a change, or fails it at once when the queue is full. */
    CompletableFuture<Void> submit(Change change) {
        long waiting = queuedBytes.getAndAdd(change.bytes());
        // A write larger than the limit is let in alone, or it could never be stored.
        boolean room = waiting == 0 || waiting + change.bytes() <= settings.maxQueuedBytes();
        synchronized (newest) { // the order in the queue is the order in the map
            CompletableFuture<Void> before = newest.put(change.persistenceId(), change.done());
            boolean queued = room && !closing && queue.offer(change);
            if (!queued || closing && !thread.isAlive() && queue.remove(change)) {
                refuse(change, before);
            }
        }
        return change.done();
    }

    private void refuse(Change change, CompletableFuture<Void> before) {
        refused.incrementAndGet();
        queuedBytes.addAndGet(-change.bytes());
        if (before == null || before.isDone()) {
            newest.remove(change.persistenceId(), change.done());
        } else if (newest.replace(change.persistenceId(), change.done(), before)
                && before.isDone()) {
            newest.remove(change.persistenceId(), before);
        }
        String message =
                closing
                        ? "the journal is being closed"
                        : "%d writes are waiting for the journal, which is its limit (roost.journal.max-queued-writes, max-queued-size); try again later"
                                .formatted(queue.size());
        change.done().completeExceptionally(new JournalException.Overloaded(message));
    }

    /** Completes when everything submitted so far for a persistence id was stored or has failed. */
    CompletableFuture<Void> settled(String persistenceId) {
        CompletableFuture<Void> last = newest.get(persistenceId);
        return last == null
                ? CompletableFuture.completedFuture(null)
                : last.handle((ignored, error) -> null);
    }

    JournalExtension.Statistics statistics() {
        return new JournalExtension.Statistics(
                commits.get(),
                changes.get(),
                refused.get(),
                failed.get(),
                deletedKeys.get(),
                queue.size());
    }

    /** Stores what is queued and stops. */
    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                queue.put(STOP);
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean stopping = false;
        while (!stopping || !held.isEmpty()) {
            try {
                if (held.isEmpty()) {
                    held.add(queue.take());
                }
                queue.drainTo(held, Math.max(0, settings.maxGroupWrites() - held.size()));
                stopping |= held.removeIf(change -> change == STOP);
                commitGroup();
            } catch (InterruptedException e) {
                LOG.warn("somebody interrupted the journal's writer; going on");
            }
        }
        List<Change> late = new ArrayList<>();
        queue.drainTo(late);
        late.removeIf(change -> change == STOP);
        late.forEach(change -> refuse(change, null));
    }

    /** Stores as many of the held changes as go into one batch. */
    private void commitGroup() {
        List<Change> group = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        long bytes = 0;
        while (!held.isEmpty()) {
            Change next = held.peek();
            boolean looksBack = next.deletes() && ids.contains(next.persistenceId());
            boolean mixes = !group.isEmpty() && next.deletes() != group.get(0).deletes();
            boolean tooMuch = !group.isEmpty() && bytes + next.bytes() > settings.maxGroupBytes();
            if (looksBack || mixes || tooMuch) {
                break;
            }
            group.add(held.remove());
            ids.add(next.persistenceId());
            bytes += next.bytes();
        }
        if (group.isEmpty()) {
            return;
        }
        try {
            store(group);
        } catch (JournalException.Full e) {
            group.forEach(change -> fail(change, e));
        } catch (RuntimeException | Error e) {
            if (group.size() == 1) {
                fail(group.get(0), e);
            } else {
                LOG.warn(
                        "{} writes failed together, trying each alone: {}",
                        group.size(),
                        e.toString());
                storeEach(group);
            }
        }
    }

    private void storeEach(List<Change> group) {
        Set<String> broken = new HashSet<>();
        for (Change change : group) {
            if (broken.contains(change.persistenceId())) {
                fail(
                        change,
                        new JournalException.Failed(
                                "an earlier write of " + change.persistenceId() + " failed", null));
                continue;
            }
            try {
                store(List.of(change));
            } catch (RuntimeException | Error e) {
                broken.add(change.persistenceId());
                fail(change, e);
            }
        }
    }

    private void store(List<Change> group) {
        Batch batch = new Batch();
        List<Change> unfinished = new ArrayList<>();
        database.read(
                storage -> {
                    for (Change change : group) {
                        if (!change.step().addTo(batch, storage)) {
                            unfinished.add(change);
                        }
                    }
                    return null;
                });
        FailPoint.hit("journal.before-commit");
        boolean deletes = group.get(0).deletes();
        if (batch.size() > 0) {
            database.commit(batch, deletes);
        }
        FailPoint.hit("journal.after-commit");
        commits.incrementAndGet();
        if (deletes) {
            compactAfter(batch.size());
        }
        for (Change change : group) {
            if (!unfinished.contains(change)) {
                changes.incrementAndGet();
                forget(change);
                change.done().complete(null);
            }
        }
        held.addAll(unfinished); // at the end, so that a long deletion holds nobody up
    }

    private void compactAfter(int deleted) {
        deletedKeys.addAndGet(deleted);
        uncompacted += deleted;
        if (settings.compactAfterDeletes() > 0 && uncompacted >= settings.compactAfterDeletes()) {
            uncompacted = 0;
            Thread compaction = new Thread(this::compact, "journal-compaction");
            compaction.setDaemon(true);
            compaction.start();
        }
    }

    private void compact() {
        try {
            database.compact();
        } catch (JournalException e) {
            LOG.warn("compaction of the journal failed: {}", e.getMessage());
        }
    }

    private void fail(Change change, Throwable error) {
        failed.incrementAndGet();
        forget(change);
        change.done().completeExceptionally(error);
    }

    private void forget(Change change) {
        queuedBytes.addAndGet(-change.bytes());
        newest.remove(change.persistenceId(), change.done());
    }
}
