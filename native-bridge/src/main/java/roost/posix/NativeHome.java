// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the native parts of Roost lie. The build and tests say so with the system property {@code
 * roost.native.dir}: a directory with {@code bin/} and {@code lib/}. In an installation, which the
 * system property {@code roost.home} or the environment variable {@code ROOST_HOME} names, programs
 * are in {@code libexec/} and libraries in {@code lib/native/}.
 */
public final class NativeHome {
    private NativeHome() {}

    /** A native program by name; {@link IllegalStateException} if it is not there. */
    public static Path program(String name) {
        Path program = find("bin", "libexec").resolve(name);
        if (!Files.isExecutable(program)) {
            throw missing("program", program);
        }
        return program;
    }

    /** A native library by file name; {@link IllegalStateException} if it is not there. */
    public static Path library(String name) {
        Path library = find("lib", "lib/native").resolve(name);
        if (!Files.isReadable(library)) {
            throw missing("library", library);
        }
        return library;
    }

    private static Path find(String built, String installed) {
        String directory = System.getProperty("roost.native.dir");
        if (directory != null) {
            return Path.of(directory, built).toAbsolutePath();
        }
        String home = System.getProperty("roost.home", System.getenv("ROOST_HOME"));
        if (home != null) {
            return Path.of(home, installed).toAbsolutePath();
        }
        throw new IllegalStateException(
                "the native parts of Roost are not to be found: neither system property roost.native.dir"
                        + " nor ROOST_HOME is set");
    }

    private static IllegalStateException missing(String what, Path path) {
        return new IllegalStateException(
                "native " + what + " " + path + " is missing; build or install Roost again");
    }
}
