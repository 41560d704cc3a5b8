// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A journal in a directory, below the level of actors: a database with its writer. */
final class TestJournal implements AutoCloseable {

    final JournalSettings settings;
    final JournalDatabase database;
    final GroupCommit writer;

    TestJournal(JournalSettings settings, Storage.Opener opener) {
        this.settings = settings;
        this.database = JournalDatabase.open(settings, opener);
        this.writer = new GroupCommit(database, settings);
    }

    static TestJournal open(Path directory, String... overrides) {
        return new TestJournal(settings(directory, overrides), LevelDbStorage::open);
    }

    static JournalSettings settings(Path directory, String... overrides) {
        return JournalSettings.of(config(directory, overrides).getConfig("roost.journal"));
    }

    /** The defaults, but a reserve that does not depend on the machine's disk. */
    static Config config(Path directory, String... overrides) {
        StringBuilder text = new StringBuilder("disk-reserve = 0\n");
        text.append("dir = \"").append(directory).append("\"\n");
        for (String override : overrides) {
            text.append(override).append('\n');
        }
        return ConfigFactory.parseString("roost.journal {\n" + text + "}\n")
                .withFallback(ConfigFactory.load());
    }

    CompletableFuture<Void> write(String id, long sequenceNr) {
        return write(id, sequenceNr, "event " + sequenceNr + " of " + id);
    }

    CompletableFuture<Void> write(String id, long sequenceNr, String payload) {
        return writer.submit(event(id, sequenceNr, payload));
    }

    static GroupCommit.Change event(String id, long sequenceNr, String payload) {
        byte[] key = Keys.event(id, sequenceNr);
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        byte[] value = Records.seal(key, Records.start(Keys.EVENT, 0, body.length).put(body));
        return new GroupCommit.Change(
                id,
                key.length + value.length,
                false,
                (batch, storage) -> {
                    batch.put(key, value);
                    return true;
                });
    }

    CompletableFuture<Void> deleteTo(String id, long sequenceNr) {
        return writer.submit(new GroupCommit.Change(id, 0, true, Deletion.events(id, sequenceNr)));
    }

    /** Sequence numbers of the events that are stored, each of which is checked. */
    List<Long> events(String id) {
        return database.read(
                storage -> {
                    List<Long> found = new ArrayList<>();
                    try (Storage.Cursor cursor = storage.cursor()) {
                        cursor.seek(Keys.events(id));
                        while (cursor.valid() && Keys.startsWith(cursor.key(), Keys.events(id))) {
                            Records.open(cursor.key(), cursor.value(), Keys.EVENT);
                            found.add(Keys.parse(cursor.key()).sequenceNr());
                            cursor.next();
                        }
                    }
                    return found;
                });
    }

    long highest(String id) {
        return database.read(storage -> Reading.highest(storage, id));
    }

    @Override
    public void close() {
        writer.close();
        database.close();
    }
}
