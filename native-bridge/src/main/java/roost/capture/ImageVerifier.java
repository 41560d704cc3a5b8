// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads an image from end to end and holds every block against its sum, so that no byte of it is
 * left unlooked at; compressed memory must also unpack to as many bytes as it is of. Costs one
 * reading of the file, of compressed memory a second; the sums are computed at memory speed.
 */
public final class ImageVerifier {
    private static final int STEP_BLOCKS = 16;

    private ImageVerifier() {}

    /**
     * The header of an image all of whose bytes are right, and of the files that it needs beside
     * it, if it is incremental; else {@link ImageException}.
     */
    public static ImageHeader verify(Path path) throws IOException {
        try (ImageReader reader = ImageReader.open(path)) {
            verify(reader);
            for (ImageLink link : reader.links()) {
                verify(link, path.resolveSibling(link.name()));
            }
            return reader.header();
        }
    }

    private static void verify(ImageLink link, Path path) throws IOException {
        try (ImageReader other = ImageReader.open(path)) {
            if (!other.header().id().equals(link.id())) {
                throw new ImageException(
                        ImageException.Kind.FOREIGN,
                        "it is another image than the one that was borrowed from");
            }
            if (other.fileBytes() != link.fileBytes()
                    || other.sumsCrc() != link.sumsCrc()
                    || other.dataEnd() < link.borrowedEnd()) {
                throw new ImageException(ImageException.Kind.DAMAGED, "it is not as it was");
            }
            verify(other);
        } catch (NoSuchFileException e) {
            throw unusable(link, "it is not there");
        } catch (ImageException e) {
            throw unusable(link, e.getMessage());
        }
    }

    private static ImageException unusable(ImageLink link, String why) {
        return new ImageException(
                ImageException.Kind.DAMAGED, "needs " + link.name() + ", but " + why);
    }

    static void verify(ImageReader reader) throws IOException {
        verifySums(reader);
        verifyPacked(reader);
    }

    private static void verifyPacked(ImageReader reader) throws IOException {
        if (!reader.compressed()) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(ImageFormat.CONST_CHUNK);
        for (int i = 0; i < reader.extents(); i++) {
            Optional<ImageReader.Packed> packed = reader.packed(i);
            if (packed.isEmpty()) {
                continue;
            }
            ImageReader.Packed p = packed.get();
            buffer.clear().limit(p.stored());
            reader.source().readFully(buffer.slice(), p.off());
            if (Lz4Block.unpackedBytes(buffer, p.bytes()) != p.bytes()) {
                throw new ImageException(
                        ImageException.Kind.DAMAGED,
                        "damaged: compressed memory at byte " + p.off());
            }
        }
    }

    private static void verifySums(ImageReader reader) throws IOException {
        ByteBuffer sums = reader.sums();
        ByteBuffer buffer = ByteBuffer.allocateDirect(STEP_BLOCKS * ImageFormat.CONST_BLOCK);
        long end = reader.dataEnd();
        long at = 0;
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            reader.source().readFully(buffer.slice(), at);
            for (int from = 0; from < buffer.limit(); from += ImageFormat.CONST_BLOCK) {
                int to = Math.min(from + ImageFormat.CONST_BLOCK, buffer.limit());
                CRC32C crc = new CRC32C();
                crc.update(buffer.duplicate().limit(to).position(from));
                long block = at + from;
                int sum = sums.getInt((int) (block / ImageFormat.CONST_BLOCK) * 4);
                if ((int) crc.getValue() != sum) {
                    throw new ImageException(
                            ImageException.Kind.DAMAGED, "damaged: block at byte " + block);
                }
            }
            at += buffer.limit();
        }
    }
}
