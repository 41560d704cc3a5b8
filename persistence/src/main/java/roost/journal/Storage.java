// SPDX-License-Identifier: Apache-2.0
package roost.journal;

/**
 * An ordered, durable map of bytes: the little that the journal needs of a database. Keys are
 * ordered as unsigned bytes. One thread writes, any number read. Every method throws {@link
 * JournalException.Failed} or {@link JournalException.Corrupt} when the disk or the database fails;
 * after that the instance may be unusable and is closed and opened again by {@link
 * JournalDatabase}.
 */
interface Storage extends AutoCloseable {

    /** Stores all of the batch or nothing of it; with {@code sync}, on the disk when it returns. */
    void write(Batch batch, boolean sync);

    /** The value of a key, or null. */
    byte[] get(byte[] key);

    /** A cursor over the state as of now; close it before the storage. */
    Cursor cursor();

    /** Rewrites the tables without the records that were deleted; may take long. */
    void compact();

    @Override
    void close();

    /** A position in the ordered map. */
    interface Cursor extends AutoCloseable {

        /** Goes to the first key at or after the given one. */
        void seek(byte[] key);

        /** Goes to the last key before the given one. */
        void seekBefore(byte[] key);

        /** Whether there is a record at the position. */
        boolean valid();

        void next();

        byte[] key();

        byte[] value();

        @Override
        void close();
    }

    /** Opens the storage of a directory, creating it when it is missing. */
    interface Opener {
        Storage open(JournalSettings settings);
    }
}
