// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.fusesource.leveldbjni.internal.NativeDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts LevelDB's native library where only this user can write. Left alone, leveldbjni unpacks it
 * into {@code java.io.tmpdir} under a new name at every start: that fails on a noexec /tmp, leaves
 * a copy behind after a kill -9, and lets others race for the name.
 */
final class NativeLibrary {

    private static final String RESOURCE = "/META-INF/native/linux64/libleveldbjni.so";
    private static final String DIRECTORY_PROPERTY = "library.leveldbjni.path";

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library, unpacking it to the directory first.
     *
     * @throws UnsatisfiedLinkError when it cannot be loaded
     */
    static synchronized void load(Path directory) throws IOException {
        if (loaded) {
            return;
        }
        if (System.getProperty(DIRECTORY_PROPERTY) == null) { // else the administrator knows better
            unpack(directory);
        }
        NativeDB.LIBRARY.load();
        loaded = true;
        guardAgainstFullDisks();
    }

    private static void unpack(Path directory) throws IOException {
        byte[] library;
        try (InputStream in = NativeLibrary.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                return; // not the class path we know: let leveldbjni search by its own rules
            }
            library = in.readAllBytes();
        }
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Path target = directory.resolve("libleveldbjni.so");
        if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), library)) {
            Path temporary = Files.createTempFile(directory, "libleveldbjni", ".tmp");
            Files.write(temporary, library);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
        System.setProperty(DIRECTORY_PROPERTY, directory.toString());
    }

    /** Has LevelDB's files get their blocks before they are mapped; see journal/space.c. */
    private static void guardAgainstFullDisks() {
        Path guard = guard();
        try {
            System.load(guard.toString());
        } catch (UnsatisfiedLinkError e) {
            LOG.warn(
                    "{} cannot be loaded ({}): should the disk become full to the last block, the process may be killed; nothing acknowledged would be lost",
                    guard,
                    e.getMessage());
        }
    }

    /**
     * Where the native parts lie: system property roost.native.dir in the build, else ROOST_HOME.
     */
    static Path guard() {
        String built = System.getProperty("roost.native.dir");
        String environment = System.getenv("ROOST_HOME");
        String home = System.getProperty("roost.home", environment == null ? "" : environment);
        Path directory = built != null ? Path.of(built, "lib") : Path.of(home, "lib", "native");
        return directory.resolve("libroost-journal.so").toAbsolutePath();
    }
}
