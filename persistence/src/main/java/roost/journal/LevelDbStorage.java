// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;

/**
 * {@link Storage} on the native LevelDB. Every read verifies block checksums, and paranoid checks
 * are on, so that LevelDB stops at damage instead of leaving out what it cannot read.
 */
final class LevelDbStorage implements Storage {

    private static final ReadOptions READ = new ReadOptions().verifyChecksums(true);
    private static final ReadOptions SCAN =
            new ReadOptions().verifyChecksums(true).fillCache(false);

    private final DB db;

    private LevelDbStorage(DB db) {
        this.db = db;
    }

    static Storage open(JournalSettings settings) {
        Options options =
                new Options()
                        .createIfMissing(true)
                        .paranoidChecks(true)
                        .verifyChecksums(true)
                        .compressionType(CompressionType.SNAPPY)
                        .writeBufferSize(settings.writeBufferBytes())
                        .cacheSize(settings.cacheBytes());
        try {
            NativeLibrary.load(settings.nativeDirectory());
            return new LevelDbStorage(
                    JniDBFactory.factory.open(settings.database().toFile(), options));
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new JournalException.Failed(
                    "the native LevelDB library cannot be loaded from %s: %s; it needs x86-64 Linux and a file system that is not mounted noexec (set -Dlibrary.leveldbjni.path to a directory that holds libleveldbjni.so)"
                            .formatted(settings.nativeDirectory(), e.getMessage()),
                    e);
        } catch (IOException | DBException e) {
            throw failure("open the journal " + settings.database(), e);
        }
    }

    @Override
    public void write(Batch batch, boolean sync) {
        try (WriteBatch changes = db.createWriteBatch()) {
            for (Batch.Change change : batch.changes()) {
                if (change.value() == null) {
                    changes.delete(change.key());
                } else {
                    changes.put(change.key(), change.value());
                }
            }
            db.write(changes, new WriteOptions().sync(sync));
        } catch (IOException | RuntimeException e) {
            throw failure("write to the journal", e);
        }
    }

    @Override
    public byte[] get(byte[] key) {
        return read(() -> db.get(key, READ));
    }

    @Override
    public Cursor cursor() {
        return new LevelDbCursor(read(() -> db.iterator(SCAN)));
    }

    @Override
    public void compact() {
        read(
                () -> {
                    db.compactRange(null, null);
                    return null;
                });
    }

    @Override
    public void close() {
        try {
            db.close();
        } catch (IOException e) {
            throw failure("close the journal", e);
        }
    }

    private static <T> T read(Supplier<T> what) {
        try {
            return what.get();
        } catch (RuntimeException e) {
            throw failure("read the journal", e);
        }
    }

    private static JournalException failure(String what, Exception e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Corruption")) {
            return new JournalException.Corrupt(
                    "cannot %s: %s; %s".formatted(what, message, JournalCheck.WHAT_TO_DO), e);
        }
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return new JournalException.Full(
                    "cannot %s: %s; free some space, nothing else needs to be done"
                            .formatted(what, message),
                    e);
        }
        return new JournalException.Failed("cannot %s: %s".formatted(what, message), e);
    }

    private static final class LevelDbCursor implements Cursor {
        private final DBIterator iterator;
        private Map.Entry<byte[], byte[]> current;

        LevelDbCursor(DBIterator iterator) {
            this.iterator = iterator;
        }

        @Override
        public void seek(byte[] key) {
            move(() -> iterator.seek(key));
        }

        @Override
        public void seekBefore(byte[] key) {
            move(
                    () -> {
                        iterator.seek(key);
                        if (iterator.hasNext()) {
                            iterator.prev();
                        } else {
                            iterator.seekToLast();
                        }
                    });
        }

        @Override
        public boolean valid() {
            return current != null;
        }

        @Override
        public void next() {
            move(iterator::next);
        }

        @Override
        public byte[] key() {
            return current.getKey();
        }

        @Override
        public byte[] value() {
            return current.getValue();
        }

        @Override
        public void close() {
            try {
                iterator.close();
            } catch (IOException e) {
                throw failure("read the journal", e);
            }
        }

        private void move(Runnable how) {
            current =
                    read(
                            () -> {
                                how.run();
                                return iterator.hasNext() ? iterator.peekNext() : null;
                            });
        }
    }
}
