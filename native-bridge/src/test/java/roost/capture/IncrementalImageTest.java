// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Incremental images that a real program has written, with the files they need. */
@Timeout(60)
class IncrementalImageTest {
    private static final Path NATIVE = Path.of(System.getProperty("roost.native.dir"));

    @TempDir Path dir;
    private String said;

    @BeforeEach
    void twelveImagesOneAfterTheOther() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                NATIVE.resolve("bin/roost-checkpoint").toString(),
                                NATIVE.resolve("test/changes/heap").toString(),
                                "-_condor_incremental",
                                "-_condor_ckpt",
                                image().toString())
                        .redirectErrorStream(true);
        builder.environment().put("CK_TEST", "ckpt");
        Process program = builder.start();
        said = new String(program.getInputStream().readAllBytes());
        assertThat(program.waitFor()).as(said).isZero();
        // A kernel that does not tell what was written: the library has said so.
        Assumptions.assumeFalse(said.contains("every image is a full one"), said);
    }

    private Path image() {
        return dir.resolve("image");
    }

    private List<ImageLink> links() throws IOException {
        try (ImageReader reader = ImageReader.open(image())) {
            return reader.links();
        }
    }

    @Test
    void anImageNamesEveryFileItNeedsAndNoOtherIsLeft() throws IOException {
        ImageHeader header = ImageVerifier.verify(image());

        assertThat(header.generation()).isEqualTo(12);
        assertThat(header.parent()).isPresent();
        assertThat(header.memoryBytes()).isGreaterThan(4 << 20);
        assertThat(header.fileBytes()).isLessThan(1 << 20);
        assertThat(links())
                .hasSizeBetween(1, ImageFormat.CONST_MAX_LINKS)
                .allSatisfy(link -> assertThat(dir.resolve(link.name())).hasSize(link.fileBytes()))
                .anySatisfy(link -> assertThat(link.id()).isEqualTo(header.parent().get()));
        try (var files = Files.list(dir)) {
            assertThat(files).hasSize(1 + links().size());
        }
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        String name = links().get(0).name();
        Files.delete(dir.resolve(name));

        assertThatThrownBy(() -> ImageVerifier.verify(image()))
                .isInstanceOf(ImageException.class)
                .hasMessage("needs " + name + ", but it is not there");
    }

    @Test
    void anotherImageInAFilesPlaceIsDetected() throws IOException {
        Path first = dir.resolve(links().get(0).name());
        Files.delete(first);
        Files.copy(image(), first);

        assertThatThrownBy(() -> ImageVerifier.verify(image()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("it is another image");
    }

    @Test
    void aFlippedByteInAnyFileIsDetected() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("IncrementalImageTest -Dseed=" + seed);
        Random random = new Random(seed);
        for (ImageLink link : links()) {
            Path file = dir.resolve(link.name());
            byte[] bytes = Files.readAllBytes(file);
            for (int round = 0; round < 10; round++) {
                int at = random.nextInt(bytes.length);
                bytes[at] ^= 4;
                Files.write(file, bytes);
                assertThatThrownBy(() -> ImageVerifier.verify(image()))
                        .as("byte %d of %s", at, link.name())
                        .isInstanceOf(ImageException.class)
                        .hasMessageContaining(link.name());
                bytes[at] ^= 4;
            }
            Files.write(file, bytes);
        }
        assertThat(ImageVerifier.verify(image()).generation()).isEqualTo(12);
    }
}
