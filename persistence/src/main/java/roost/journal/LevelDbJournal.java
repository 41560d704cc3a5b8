// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.Tagged;
import akka.persistence.journal.japi.AsyncWriteJournal;
import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The Akka Persistence journal plugin {@code roost.journal}. It serialises here and leaves storing
 * to {@link GroupCommit}; reads run on their own dispatcher, each after the writes of its id that
 * are under way. An event that cannot be serialised is rejected and nothing else with it.
 */
public final class LevelDbJournal extends AsyncWriteJournal {

    private final JournalExtension.Opened journal = JournalExtension.of(context().system());
    private final Executor readers;

    public LevelDbJournal(Config config) {
        this.readers =
                context().system().dispatchers().lookup(config.getString("replay-dispatcher"));
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
            Iterable<AtomicWrite> messages) {
        List<Optional<Exception>> rejections = new ArrayList<>();
        Batch batch = new Batch();
        String persistenceId = "";
        for (AtomicWrite write : messages) {
            persistenceId = write.persistenceId();
            rejections.add(addTo(batch, write));
        }
        List<Batch.Change> changes = batch.changes();
        GroupCommit.Change change =
                new GroupCommit.Change(
                        persistenceId,
                        batch.bytes(),
                        false,
                        (group, storage) -> {
                            changes.forEach(put -> group.put(put.key(), put.value()));
                            return true;
                        });
        return scalaFuture(
                journal.writer().submit(change).thenApply(ignored -> List.copyOf(rejections)));
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return scalaFuture(
                journal.writer()
                        .submit(
                                new GroupCommit.Change(
                                        persistenceId,
                                        0,
                                        true,
                                        Deletion.events(persistenceId, toSequenceNr))));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId,
            long fromSequenceNr,
            long toSequenceNr,
            long max,
            Consumer<PersistentRepr> replayCallback) {
        return afterWrites(
                persistenceId,
                storage -> {
                    Reading.replay(
                            storage,
                            journal.records(),
                            persistenceId,
                            fromSequenceNr,
                            toSequenceNr,
                            max,
                            replayCallback);
                    return null;
                });
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        return afterWrites(persistenceId, storage -> Reading.highest(storage, persistenceId));
    }

    private <T> Future<T> afterWrites(String persistenceId, Function<Storage, T> reader) {
        return scalaFuture(
                journal.writer()
                        .settled(persistenceId)
                        .thenApplyAsync(ignored -> journal.database().read(reader), readers));
    }

    /** All events of the write or none; the reason when it is none. */
    private Optional<Exception> addTo(Batch batch, AtomicWrite write) {
        List<Batch.Change> changes = new ArrayList<>();
        try {
            for (PersistentRepr repr : CollectionConverters.asJava(write.payload())) {
                Object payload =
                        repr.payload() instanceof Tagged tagged ? tagged.payload() : repr.payload();
                byte[] key = Keys.event(repr.persistenceId(), repr.sequenceNr());
                changes.add(new Batch.Change(key, journal.records().event(key, repr, payload)));
            }
        } catch (Exception e) { // whatever a serialiser throws concerns this event only
            return Optional.of(e);
        }
        changes.forEach(change -> batch.put(change.key(), change.value()));
        return Optional.empty();
    }

    static <T> Future<T> scalaFuture(CompletableFuture<? extends T> stage) {
        Promise<T> promise = Futures.promise();
        stage.whenComplete(
                (value, error) -> {
                    if (error == null) {
                        promise.success(value);
                    } else {
                        boolean wrapped =
                                error instanceof CompletionException && error.getCause() != null;
                        promise.failure(wrapped ? error.getCause() : error);
                    }
                });
        return promise.future();
    }
}
