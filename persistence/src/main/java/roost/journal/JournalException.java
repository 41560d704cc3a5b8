// SPDX-License-Identifier: Apache-2.0
package roost.journal;

/**
 * Why the journal could not do what it was asked to do. Every message says what was wanted, what
 * was found and what to do next, because it ends up in front of the user whose request was refused.
 */
public abstract sealed class JournalException extends RuntimeException
        permits JournalException.Full,
                JournalException.Overloaded,
                JournalException.Corrupt,
                JournalException.TooLarge,
                JournalException.Failed {

    private static final long serialVersionUID = 1L;

    private JournalException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The disk has no room for the write. Nothing of it was stored; reads go on. */
    public static final class Full extends JournalException {
        private static final long serialVersionUID = 1L;

        public Full(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The bounded write queue is full. Nothing of the write was stored; try again later. */
    public static final class Overloaded extends JournalException {
        private static final long serialVersionUID = 1L;

        public Overloaded(String message) {
            super(message, null);
        }
    }

    /** What is on disk is not what was written there. Nothing was changed. */
    public static final class Corrupt extends JournalException {
        private static final long serialVersionUID = 1L;

        public Corrupt(String message) {
            super(message, null);
        }

        public Corrupt(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** One record is larger than the limit, or its id cannot be stored. */
    public static final class TooLarge extends JournalException {
        private static final long serialVersionUID = 1L;

        public TooLarge(String message) {
            super(message, null);
        }
    }

    /**
     * Any other failure of the disk or the database. The database is reopened before its next use.
     */
    public static final class Failed extends JournalException {
        private static final long serialVersionUID = 1L;

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
