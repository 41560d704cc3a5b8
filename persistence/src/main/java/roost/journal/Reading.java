// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.persistence.PersistentRepr;
import akka.persistence.SnapshotSelectionCriteria;
import java.util.Optional;
import java.util.function.Consumer;

/** Questions about one persistence id, answered from the database. */
final class Reading {

    private Reading() {}

    /** A stored snapshot and the sequence number it stands for. */
    record Found(long sequenceNr, Records.StoredSnapshot snapshot) {}

    static Records.Bounds bounds(Storage storage, String persistenceId) {
        byte[] key = Keys.bounds(persistenceId);
        return Records.bounds(key, storage.get(key));
    }

    /** The highest sequence number ever stored for the id, deleted or not; 0 for none. */
    static long highest(Storage storage, String persistenceId) {
        long known = bounds(storage, persistenceId).highest();
        try (Storage.Cursor cursor = storage.cursor()) {
            cursor.seekBefore(Keys.event(persistenceId, Long.MAX_VALUE));
            boolean found =
                    cursor.valid() && Keys.startsWith(cursor.key(), Keys.events(persistenceId));
            return found ? Math.max(known, Keys.parse(cursor.key()).sequenceNr()) : known;
        }
    }

    /**
     * Hands over the events from one sequence number to another, in order.
     *
     * @throws JournalException.Corrupt when one is damaged, or missing without having been deleted
     */
    static void replay(
            Storage storage,
            Records records,
            String persistenceId,
            long from,
            long to,
            long max,
            Consumer<PersistentRepr> consumer) {
        long expected = Math.max(from, bounds(storage, persistenceId).deletedTo() + 1);
        byte[] kind = Keys.events(persistenceId);
        try (Storage.Cursor cursor = storage.cursor()) {
            cursor.seek(Keys.event(persistenceId, expected));
            for (long count = 0;
                    count < max && cursor.valid() && Keys.startsWith(cursor.key(), kind);
                    count++) {
                long sequenceNr = Keys.parse(cursor.key()).sequenceNr();
                if (sequenceNr > to) {
                    return;
                }
                if (sequenceNr != expected) {
                    throw RecordCheck.missing(persistenceId, expected, sequenceNr);
                }
                consumer.accept(
                        records.event(cursor.key(), cursor.value(), persistenceId, sequenceNr));
                expected++;
                cursor.next();
            }
        }
    }

    /** The newest snapshot that matches. */
    static Optional<Found> snapshot(
            Storage storage,
            Records records,
            String persistenceId,
            SnapshotSelectionCriteria criteria) {
        byte[] kind = Keys.snapshots(persistenceId);
        long before = criteria.maxSequenceNr();
        try (Storage.Cursor cursor = storage.cursor()) {
            cursor.seekBefore(
                    before == Long.MAX_VALUE
                            ? Keys.event(persistenceId, 0)
                            : Keys.snapshot(persistenceId, before + 1));
            while (cursor.valid() && Keys.startsWith(cursor.key(), kind)) {
                long sequenceNr = Keys.parse(cursor.key()).sequenceNr();
                long timestamp = Records.timestampMillis(cursor.value());
                if (sequenceNr < criteria.minSequenceNr()) {
                    break;
                }
                if (timestamp <= criteria.maxTimestamp() && timestamp >= criteria.minTimestamp()) {
                    return Optional.of(
                            new Found(sequenceNr, records.snapshot(cursor.key(), cursor.value())));
                }
                cursor.seekBefore(cursor.key());
            }
            return Optional.empty();
        }
    }
}
