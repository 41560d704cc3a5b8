// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.util.List;

/**
 * Reads every record: its checksum, and that no event is missing between the ones that are there.
 */
final class RecordCheck {

    /** More would only hide the first ones. */
    private static final int MAX_FINDINGS = 100;

    private final List<JournalCheck.Finding> findings;
    private String persistenceId = "";
    private Records.Bounds bounds = Records.Bounds.NONE;
    private long previous;

    RecordCheck(List<JournalCheck.Finding> findings) {
        this.findings = findings;
    }

    void run(Storage storage) {
        try (Storage.Cursor cursor = storage.cursor()) {
            for (cursor.seek(Keys.prefix(""));
                    cursor.valid() && Keys.isRecord(cursor.key()) && findings.size() < MAX_FINDINGS;
                    cursor.next()) {
                try {
                    check(cursor.key(), cursor.value());
                } catch (JournalException.Corrupt e) {
                    findings.add(new JournalCheck.Finding("record", e.getMessage()));
                }
            }
        }
    }

    private void check(byte[] key, byte[] value) {
        Keys.Parsed parsed = Keys.parse(key);
        if (!parsed.persistenceId().equals(persistenceId)) {
            persistenceId = parsed.persistenceId();
            bounds = Records.Bounds.NONE;
            previous = 0;
        }
        switch (parsed.kind()) {
            case Keys.BOUNDS -> {
                bounds = Records.bounds(key, value);
                previous = bounds.deletedTo();
            }
            case Keys.SNAPSHOT -> Records.open(key, value, Keys.SNAPSHOT);
            default -> {
                long expected = previous + 1;
                previous = parsed.sequenceNr();
                Records.open(key, value, Keys.EVENT);
                if (parsed.sequenceNr() != expected) {
                    throw missing(persistenceId, expected, parsed.sequenceNr());
                }
            }
        }
    }

    static JournalException.Corrupt missing(String persistenceId, long expected, long found) {
        return new JournalException.Corrupt(
                "event %d of %s is missing, the next one is %d; %s"
                        .formatted(expected, persistenceId, found, JournalCheck.WHAT_TO_DO));
    }
}
