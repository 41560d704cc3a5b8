// SPDX-License-Identifier: Apache-2.0
package roost.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import roost.config.CondorConfig;

/**
 * One run of a command, as the engine sees the world: either inside a node, on behalf of a user's
 * front program at the other end of a socket, or in a JVM of its own. Files are opened with the
 * calling user's rights, wherever the engine runs; output is the same to the byte.
 */
public interface CommandHost {
    /** What the user typed: the name of the command (argv[0]) first. */
    List<String> argv();

    /** The user's working directory. */
    Path workingDirectory();

    /** The user's environment. */
    Map<String, String> environment();

    InputStream in();

    /** Standard output, UTF-8, buffered; flushed by the host when the command ends. */
    PrintStream out();

    /** Standard error, UTF-8; what is printed here reaches the user after what {@link #out} got. */
    PrintStream err();

    /** Columns of the terminal at standard output; 0 if it is none. */
    int terminalColumns();

    /**
     * Opens a file for reading as the user; a relative path is taken from the working directory.
     *
     * @throws FileAccessException with the system's error number and text
     */
    InputStream read(String path) throws IOException;

    /**
     * Creates or truncates a file as the user.
     *
     * @throws FileAccessException with the system's error number and text
     */
    OutputStream write(String path) throws IOException;

    /** Facts about a path as the user sees it, without following into the node's own rights. */
    FileFacts facts(String path) throws IOException;

    /** Names in a directory, sorted, as the user sees it. */
    List<String> list(String directory) throws IOException;

    /**
     * Whether a program can be checkpointed on this machine. The path is absolute, and {@link
     * #facts} has said that the user may execute what is there.
     */
    ProgramCheck checkpointable(String program);

    /** The configuration in force for the user. */
    CondorConfig config();

    /**
     * The node, as this user.
     *
     * @throws ApiException UNAVAILABLE if there is no node to talk to, saying how to start one
     */
    Api api();

    Clock clock();

    /** The calling user's number, as the kernel has it; empty where the host cannot tell. */
    default OptionalInt userId() {
        return OptionalInt.empty();
    }

    /** The calling user's account name; by default what the environment says. */
    default Optional<String> userName() {
        String user = environment().get("USER");
        return Optional.ofNullable(user == null ? environment().get("LOGNAME") : user);
    }

    /**
     * What {@link #checkpointable} tells.
     *
     * @param obstacle what is in the way and what to do about it; empty if it can be done
     * @param notes what the user should know all the same
     */
    record ProgramCheck(String obstacle, List<String> notes) {}

    /** What {@link #facts} tells. */
    record FileFacts(boolean exists, boolean regular, boolean executable, long size) {}

    /** A file could not be opened. */
    final class FileAccessException extends IOException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        public FileAccessException(String path, int errno, String text) {
            super("'" + path + "': errno " + errno + " (" + text + ")");
            this.errno = errno;
        }

        public int errno() {
            return errno;
        }
    }
}
