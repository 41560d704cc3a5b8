// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.persistence.SnapshotSelectionCriteria;
import java.util.Arrays;

/** What the writer does to delete, in steps small enough not to hold up the writes of others. */
final class Deletion {

    private static final int KEYS_PER_STEP = 5_000;

    private Deletion() {}

    /** Deletes the events up to a sequence number and remembers the highest there was. */
    static GroupCommit.Step events(String persistenceId, long toSequenceNr) {
        return (batch, storage) -> {
            Records.Bounds bounds = Reading.bounds(storage, persistenceId);
            long highest = Reading.highest(storage, persistenceId);
            long last = Math.min(toSequenceNr, highest);
            long stop = Math.min(last, bounds.deletedTo() + KEYS_PER_STEP);
            if (stop <= bounds.deletedTo()) {
                return true;
            }
            for (long sequenceNr = bounds.deletedTo() + 1; sequenceNr <= stop; sequenceNr++) {
                batch.delete(Keys.event(persistenceId, sequenceNr));
            }
            byte[] key = Keys.bounds(persistenceId);
            batch.put(key, Records.bounds(key, new Records.Bounds(highest, stop)));
            return stop == last;
        };
    }

    /** Deletes everything of an id, so that it is as if it had never been. */
    static GroupCommit.Step everything(String persistenceId) {
        return (batch, storage) -> {
            byte[] first = Keys.bounds(persistenceId);
            byte[] all = Arrays.copyOf(first, first.length - 1); // without the kind
            try (Storage.Cursor cursor = storage.cursor()) {
                cursor.seek(all);
                while (cursor.valid() && Keys.startsWith(cursor.key(), all)) {
                    if (batch.size() >= KEYS_PER_STEP) {
                        return false;
                    }
                    batch.delete(cursor.key());
                    cursor.next();
                }
                return true;
            }
        };
    }

    /** Deletes the snapshots that match. */
    static GroupCommit.Step snapshots(String persistenceId, SnapshotSelectionCriteria criteria) {
        return (batch, storage) -> {
            try (Storage.Cursor cursor = storage.cursor()) {
                cursor.seek(Keys.snapshot(persistenceId, criteria.minSequenceNr()));
                byte[] kind = Keys.snapshots(persistenceId);
                while (cursor.valid() && Keys.startsWith(cursor.key(), kind)) {
                    long sequenceNr = Keys.parse(cursor.key()).sequenceNr();
                    long timestamp = Records.timestampMillis(cursor.value());
                    if (sequenceNr > criteria.maxSequenceNr()) {
                        return true;
                    }
                    if (timestamp <= criteria.maxTimestamp()
                            && timestamp >= criteria.minTimestamp()) {
                        batch.delete(cursor.key());
                    }
                    if (batch.size() >= KEYS_PER_STEP) {
                        return false;
                    }
                    cursor.next();
                }
                return true;
            }
        };
    }
}
