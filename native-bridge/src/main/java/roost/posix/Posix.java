// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.IOException;
import java.nio.file.Path;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** System calls that Java does not offer, through JNR-POSIX. */
public final class Posix {
    private static final int O_DIRECTORY = 0200000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;

    private Posix() {}

    /** JNR takes tens of milliseconds to load; this class may be named for free. */
    private static final class Library {
        static final POSIX POSIX = POSIXFactory.getNativePOSIX();
    }

    static POSIX library() {
        return Library.POSIX;
    }

    /** The effective user id of this process. */
    public static int effectiveUserId() {
        return library().geteuid();
    }

    public static boolean isSuperuser() {
        return effectiveUserId() == 0;
    }

    /**
     * Sends a signal to a process, if it still is the one meant.
     *
     * @return false if it has ended or may not be signalled by this user
     */
    public static boolean kill(ProcessIdentity process, int signal) {
        return process.pid() > 0
                && process.isAlive()
                && library().kill(Math.toIntExact(process.pid()), signal) == 0;
    }

    /**
     * Gives a file or directory, or the symbolic link itself if it is one, to somebody. Only a
     * superuser may.
     *
     * @throws IOException with the path, if it is refused
     */
    public static void giveTo(Path path, int uid, int gid) throws IOException {
        if (library().lchown(path.toString(), uid, gid) != 0) {
            throw new IOException(
                    "cannot give " + path + " to user " + uid + ": errno " + library().errno());
        }
    }

    /**
     * A descriptor of a directory, good for naming files below it; to be closed with {@link
     * #close}.
     */
    public static int openDirectory(Path directory) throws IOException {
        int descriptor = library().open(directory.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new IOException(
                    "cannot open directory " + directory + ": errno " + library().errno());
        }
        return descriptor;
    }

    public static void close(int descriptor) {
        library().close(descriptor);
    }
}
