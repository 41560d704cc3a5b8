// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import com.typesafe.config.Config;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import scala.concurrent.Future;
import scala.jdk.javaapi.OptionConverters;

/**
 * The Akka Persistence snapshot plugin {@code roost.snapshots}: snapshots lie in the journal's
 * database and go through the same queue, so that a snapshot and the deletion of the events before
 * it need no ordering of their own.
 */
public final class LevelDbSnapshots extends SnapshotStore {

    private final JournalExtension.Opened journal = JournalExtension.of(context().system());
    private final Executor readers;

    public LevelDbSnapshots(Config config) {
        this.readers = context().system().dispatchers().lookup(config.getString("read-dispatcher"));
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(
            String persistenceId, SnapshotSelectionCriteria criteria) {
        return LevelDbJournal.scalaFuture(
                journal.writer()
                        .settled(persistenceId)
                        .thenApplyAsync(ignored -> load(persistenceId, criteria), readers));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        try {
            byte[] key = Keys.snapshot(metadata.persistenceId(), metadata.sequenceNr());
            Optional<Object> extra = OptionConverters.toJava(metadata.metadata());
            byte[] value = journal.records().snapshot(key, snapshot, metadata.timestamp(), extra);
            return submit(
                    metadata.persistenceId(),
                    value.length,
                    false,
                    (batch, storage) -> {
                        batch.put(key, value);
                        return true;
                    });
        } catch (Exception e) { // whatever a serialiser throws concerns this snapshot only
            return LevelDbJournal.scalaFuture(CompletableFuture.failedFuture(e));
        }
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        // A timestamp of 0 means that the caller knows only the sequence number.
        long from = metadata.timestamp() == 0 ? 0 : metadata.timestamp();
        long to = metadata.timestamp() == 0 ? Long.MAX_VALUE : metadata.timestamp();
        return doDeleteAsync(
                metadata.persistenceId(),
                SnapshotSelectionCriteria.create(
                        metadata.sequenceNr(), to, metadata.sequenceNr(), from));
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return submit(persistenceId, 0, true, Deletion.snapshots(persistenceId, criteria));
    }

    private Optional<SelectedSnapshot> load(
            String persistenceId, SnapshotSelectionCriteria criteria) {
        return journal.database()
                .read(
                        storage ->
                                Reading.snapshot(
                                        storage, journal.records(), persistenceId, criteria))
                .map(
                        found ->
                                SelectedSnapshot.create(
                                        new SnapshotMetadata(
                                                persistenceId,
                                                found.sequenceNr(),
                                                found.snapshot().timestampMillis(),
                                                OptionConverters.toScala(
                                                        found.snapshot().metadata())),
                                        found.snapshot().state()));
    }

    private Future<Void> submit(
            String persistenceId, long bytes, boolean deletes, GroupCommit.Step step) {
        return LevelDbJournal.scalaFuture(
                journal.writer()
                        .submit(new GroupCommit.Change(persistenceId, bytes, deletes, step)));
    }
}
