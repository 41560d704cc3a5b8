// SPDX-License-Identifier: Apache-2.0
package roost.capture;

/**
 * A descriptor that a program had open at its checkpoint.
 *
 * @param descriptor its number
 * @param path absolute name when it was opened; "" if it has none
 * @param openFlags as {@code open(2)} numbers them on this machine
 * @param offset position in bytes
 * @param size length of the file at the checkpoint in bytes
 * @param device number of the device the file is on
 * @param inode number of the file there
 * @param mode type and permissions as {@code stat(2)} has them
 */
public record OpenFile(
        int descriptor,
        Kind kind,
        String path,
        int openFlags,
        long offset,
        long size,
        long device,
        long inode,
        int mode) {
    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int O_ACCMODE = 3;
    private static final int O_APPEND = 02000;

    /** In the order of {@code enum ri_fd_kind}. */
    public enum Kind {
        UNKNOWN,
        FILE,
        INHERITED,
        CONTENT,
        EVENTFD,
        TIMERFD,
        SIGNALFD,
        EPOLL,
        PIPE,
        SOCKET,
        INOTIFY,
        DEVICE,
        LEFT_SOCKET;

        private static final Kind[] ALL = values();

        static Kind of(int number) {
            return number > 0 && number < ALL.length ? ALL[number] : UNKNOWN;
        }
    }

    /**
     * Whether it is an ordinary file that a restart takes up again under its name: one that the
     * program opened, or one of its standard files.
     */
    public boolean isNamedFile() {
        return (kind == Kind.FILE || kind == Kind.INHERITED) && (mode & S_IFMT) == S_IFREG;
    }

    /** Whether the program could write to it. */
    public boolean writable() {
        return (openFlags & O_ACCMODE) != 0;
    }

    /** Whether every write went to the end of the file. */
    public boolean appending() {
        return (openFlags & O_APPEND) != 0;
    }
}
