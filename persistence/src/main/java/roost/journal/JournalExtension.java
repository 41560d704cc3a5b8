// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.ClassicActorSystemProvider;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.actor.ExtensionId;
import akka.actor.ExtensionIdProvider;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The one opened journal of an actor system, shared by the journal plugin, the snapshot store and
 * {@link JournalScan}. It is opened by the first {@code get}, and closed when the actor system has
 * terminated.
 */
public final class JournalExtension extends AbstractExtensionId<JournalExtension.Opened>
        implements ExtensionIdProvider {

    private static final JournalExtension ID = new JournalExtension();

    private JournalExtension() {}

    /**
     * The journal of the actor system; opens it first if need be.
     *
     * @throws JournalException.Corrupt when it is damaged; the message says where and what to do
     * @throws JournalException when it cannot be opened for another reason
     */
    public static Opened of(ClassicActorSystemProvider system) {
        return ID.get(system);
    }

    @Override
    public ExtensionId<Opened> lookup() {
        return ID;
    }

    @Override
    public Opened createExtension(ExtendedActorSystem system) {
        JournalSettings settings =
                JournalSettings.of(system.settings().config().getConfig("roost.journal"));
        return new Opened(system, settings);
    }

    /** Numbers for the metrics; all but {@code waiting} count up from the start of the node. */
    public record Statistics(
            long commits, long changes, long refused, long failed, long deletedKeys, int waiting) {}

    /** The opened journal. */
    public static final class Opened implements Extension {
        private static final long ROOM_NANOS = 5_000_000;

        private final JournalDatabase database;
        private final GroupCommit writer;
        private final Records records;
        private volatile long roomUntilNanos = System.nanoTime();

        private Opened(ExtendedActorSystem system, JournalSettings settings) {
            this.records = new Records(system, settings.maxRecordBytes());
            this.database = JournalDatabase.open(settings, LevelDbStorage::open);
            this.writer = new GroupCommit(database, settings);
            ((ActorSystem) system).registerOnTermination(this::close);
        }

        /**
         * Why the journal would refuse a write at this moment, for instance because the disk is
         * full; empty when it would accept it. Asked before a command is acted on, it turns a full
         * disk into a refusal with a reason instead of a failed and restarted actor. That there is
         * room is believed for a few milliseconds: the system call that asks took a tenth of a busy
         * node's time, and every write asks again anyway.
         */
        public Optional<JournalException> refusal() {
            long now = System.nanoTime();
            if (now - roomUntilNanos < 0) {
                return Optional.empty();
            }
            Optional<JournalException> refusal = database.refusal().map(full -> full);
            roomUntilNanos = refusal.isPresent() ? now : now + ROOM_NANOS;
            return refusal;
        }

        /**
         * Deletes everything of an id: events, snapshots and the number of its last event. Only for
         * ids whose actor is gone for good, because a new one begins at sequence number 1 again.
         */
        public CompletionStage<Void> forget(String persistenceId) {
            return writer.submit(
                    new GroupCommit.Change(
                            persistenceId, 0, true, Deletion.everything(persistenceId)));
        }

        public Statistics statistics() {
            return writer.statistics();
        }

        JournalDatabase database() {
            return database;
        }

        GroupCommit writer() {
            return writer;
        }

        Records records() {
            return records;
        }

        private void close() {
            writer.close();
            database.close();
        }
    }
}
