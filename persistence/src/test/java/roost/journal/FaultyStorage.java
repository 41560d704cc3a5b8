// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A storage whose disk fails when told to. As LevelDB does, it refuses every write after the first
 * that failed, until it is opened again.
 */
final class FaultyStorage implements Storage {

    /** The disk under all storages that were opened through it. */
    static final class Disk implements Opener {
        /** Batches that cannot be written. */
        volatile Predicate<Batch> breaksOn = batch -> false;

        /** Whether a batch that fails was stored nevertheless. */
        volatile boolean storesBeforeFailing;

        /** Whether the database cannot be opened. */
        volatile boolean gone;

        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger writes = new AtomicInteger();

        @Override
        public Storage open(JournalSettings settings) {
            if (gone) {
                throw new JournalException.Failed("injected: the disk is gone", null);
            }
            opened.incrementAndGet();
            return new FaultyStorage(this, LevelDbStorage.open(settings));
        }
    }

    private final Disk disk;
    private final Storage real;
    private boolean broken;

    private FaultyStorage(Disk disk, Storage real) {
        this.disk = disk;
        this.real = real;
    }

    @Override
    public void write(Batch batch, boolean sync) {
        disk.writes.incrementAndGet();
        if (broken) {
            throw new JournalException.Failed("injected: an earlier write failed", null);
        }
        if (disk.breaksOn.test(batch)) {
            broken = true;
            if (disk.storesBeforeFailing) {
                real.write(batch, sync);
            }
            throw new JournalException.Failed("injected: input/output error", null);
        }
        real.write(batch, sync);
    }

    @Override
    public byte[] get(byte[] key) {
        return real.get(key);
    }

    @Override
    public Cursor cursor() {
        return real.cursor();
    }

    @Override
    public void compact() {
        real.compact();
    }

    @Override
    public void close() {
        real.close();
    }
}
