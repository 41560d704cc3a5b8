// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * A file whose code or data a program had mapped at its checkpoint: the program itself, or a
 * library. A restart needs the same content under the same name.
 *
 * @param path absolute
 * @param size in bytes
 * @param modifiedNanos when it was last changed, nanoseconds since 1970
 * @param inode number of the file on its device
 * @param sum CRC32C of the content; empty if the file was too large to be summed
 */
public record MappedFile(String path, long size, long modifiedNanos, long inode, OptionalInt sum) {

    /** Names the content: two files with the same text here hold the same. */
    public String digest() {
        return size
                + ":"
                + (sum.isPresent()
                        ? String.format("%08x", sum.getAsInt())
                        : Long.toString(modifiedNanos));
    }

    /**
     * What keeps a program that had it mapped from being restarted on this machine, a sentence;
     * empty if nothing does. The restorer applies the same rule.
     */
    public Optional<String> obstacle() {
        try {
            Map<String, Object> now =
                    Files.readAttributes(Path.of(path), "unix:size,ino,lastModifiedTime");
            boolean sameSize = (long) now.get("size") == size;
            boolean untouched =
                    (long) now.get("ino") == inode
                            && ((FileTime) now.get("lastModifiedTime")).to(TimeUnit.NANOSECONDS)
                                    == modifiedNanos;
            if (sameSize && (untouched || sum.isPresent() && sumNow() == sum.getAsInt())) {
                return Optional.empty();
            }
            return Optional.of(path + " is not the file that the program was using");
        } catch (NoSuchFileException e) {
            return Optional.of(path + ", which the program was using, is not here");
        } catch (IOException e) {
            return Optional.of(path + ", which the program was using, cannot be read");
        }
    }

    private int sumNow() throws IOException {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
            }
        }
        return (int) crc.getValue();
    }
}
