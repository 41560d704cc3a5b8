// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the native parts of Roost lie: a directory with {@code bin/} and {@code lib/}.
 *
 * <p>Looked for in this order: the system property {@code roost.native.dir} (set by the build and
 * by tests), then {@code libexec} under the system property {@code roost.home} or the environment
 * variable {@code ROOST_HOME} (an installed distribution).
 */
public final class NativeHome {
    private NativeHome() {}

    /** The directory, which exists; {@link IllegalStateException} says where it was looked for. */
    public static Path directory() {
        String set = System.getProperty("roost.native.dir");
        if (set != null) {
            return existing(Path.of(set), "system property roost.native.dir");
        }
        String home =
                Optional.ofNullable(System.getProperty("roost.home"))
                        .orElseGet(() -> System.getenv("ROOST_HOME"));
        if (home != null) {
            return existing(Path.of(home, "libexec"), "ROOST_HOME");
        }
        throw new IllegalStateException(
                "the native parts of Roost are not to be found: neither system property roost.native.dir"
                        + " nor ROOST_HOME is set");
    }

    /** A native program by name; {@link IllegalStateException} if it is not there. */
    public static Path program(String name) {
        Path program = directory().resolve("bin").resolve(name).toAbsolutePath();
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(
                    "native program " + program + " is missing; build the project again");
        }
        return program;
    }

    private static Path existing(Path directory, String origin) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalStateException(
                    "native directory " + directory + " (from " + origin + ") does not exist");
        }
        return directory;
    }
}
