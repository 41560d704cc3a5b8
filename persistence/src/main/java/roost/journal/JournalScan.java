// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.persistence.PersistentRepr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what is stored of many persistence ids in one pass over the journal, so that a node that
 * starts can rebuild its directory of claims without an actor for each.
 */
public final class JournalScan {

    private JournalScan() {}

    /** A snapshot's state and the sequence number of the last event it includes. */
    public record Snapshot(long sequenceNr, long timestampMillis, Object state) {}

    /** An event as the journal stored it, tags and adapters taken off. */
    public record Event(long sequenceNr, long timestampMillis, Object payload) {}

    /**
     * All that is needed to rebuild one id.
     *
     * @param snapshot the newest snapshot, if there is one
     * @param events the events after it, in order and without gaps
     * @param highestSequenceNr of all events ever stored, deleted ones included
     */
    public record Entry(
            String persistenceId,
            Optional<Snapshot> snapshot,
            List<Event> events,
            long highestSequenceNr) {}

    /**
     * Hands over every id that begins with the prefix, in the order of its bytes. What is written
     * meanwhile is not seen. The consumer runs on the calling thread, which should be one for
     * blocking work, and must not wait for a write to the journal.
     *
     * @return how many ids there were
     * @throws JournalException.Corrupt at the first damaged or missing record
     */
    public static long scan(
            JournalExtension.Opened journal, String prefix, Consumer<Entry> consumer) {
        Pass pass = new Pass(journal.records(), consumer);
        byte[] first = Keys.prefix(prefix);
        return journal.database()
                .read(
                        storage -> {
                            try (Storage.Cursor cursor = storage.cursor()) {
                                cursor.seek(first);
                                while (cursor.valid() && Keys.startsWith(cursor.key(), first)) {
                                    pass.take(cursor.key(), cursor.value());
                                    cursor.next();
                                }
                            }
                            pass.finish();
                            return pass.count;
                        });
    }

    private static final class Pass {
        private final Records records;
        private final Consumer<Entry> consumer;
        private long count;

        private String persistenceId;
        private Records.Bounds bounds = Records.Bounds.NONE;
        private byte[] snapshotKey;
        private byte[] snapshotValue;
        private long snapshotSequenceNr;
        private long lastSequenceNr;
        private List<Event> events = new ArrayList<>();

        Pass(Records records, Consumer<Entry> consumer) {
            this.records = records;
            this.consumer = consumer;
        }

        void take(byte[] key, byte[] value) {
            Keys.Parsed parsed = Keys.parse(key);
            if (!parsed.persistenceId().equals(persistenceId)) {
                finish();
                persistenceId = parsed.persistenceId();
            }
            switch (parsed.kind()) {
                case Keys.BOUNDS -> {
                    bounds = Records.bounds(key, value);
                    lastSequenceNr = bounds.deletedTo();
                }
                case Keys.SNAPSHOT -> {
                    snapshotKey = key;
                    snapshotValue = value;
                    snapshotSequenceNr = parsed.sequenceNr();
                }
                default -> takeEvent(key, value, parsed.sequenceNr());
            }
        }

        private void takeEvent(byte[] key, byte[] value, long sequenceNr) {
            if (sequenceNr != lastSequenceNr + 1) {
                throw RecordCheck.missing(persistenceId, lastSequenceNr + 1, sequenceNr);
            }
            lastSequenceNr = sequenceNr;
            if (sequenceNr > snapshotSequenceNr) {
                PersistentRepr repr = records.event(key, value, persistenceId, sequenceNr);
                events.add(new Event(sequenceNr, repr.timestamp(), repr.payload()));
            }
        }

        void finish() {
            if (persistenceId == null) {
                return;
            }
            Optional<Snapshot> snapshot = Optional.empty();
            if (snapshotKey != null) {
                Records.StoredSnapshot stored = records.snapshot(snapshotKey, snapshotValue);
                snapshot =
                        Optional.of(
                                new Snapshot(
                                        snapshotSequenceNr,
                                        stored.timestampMillis(),
                                        stored.state()));
            }
            consumer.accept(
                    new Entry(
                            persistenceId,
                            snapshot,
                            List.copyOf(events),
                            Math.max(bounds.highest(), lastSequenceNr)));
            count++;
            persistenceId = null;
            bounds = Records.Bounds.NONE;
            snapshotKey = null;
            snapshotValue = null;
            snapshotSequenceNr = 0;
            lastSequenceNr = 0;
            events.clear();
        }
    }
}
