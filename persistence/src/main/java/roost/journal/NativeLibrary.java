// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * Puts LevelDB's native library where only this user can write. Left alone, leveldbjni unpacks it
 * into {@code java.io.tmpdir} under a new name at every start: that fails on a noexec /tmp, leaves
 * a copy behind after a kill -9, and lets others race for the name.
 */
final class NativeLibrary {

    private static final String RESOURCE = "/META-INF/native/linux64/libleveldbjni.so";
    private static final String DIRECTORY_PROPERTY = "library.leveldbjni.path";

    private NativeLibrary() {}

    /** Unpacks the library (once per directory) and tells leveldbjni to load it from there. */
    static synchronized void prepare(Path directory) throws IOException {
        if (System.getProperty(DIRECTORY_PROPERTY) != null) {
            return; // set by the administrator, or by an earlier journal of this process
        }
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
}
