// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.capture.ImageException.Kind;

@Timeout(60)
class ImageReaderTest {
    private final SmallImage image = new SmallImage();

    private static ImageHeader verify(byte[] bytes) throws IOException {
        try (ImageReader reader = ImageReader.open(ImageSource.memory(bytes))) {
            ImageVerifier.verify(reader);
            reader.openFiles();
            return reader.header();
        }
    }

    private static void assertRefused(byte[] bytes, Kind kind) {
        assertThatThrownBy(() -> verify(bytes))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void aWholeImageTellsWhatItIs() throws IOException {
        ImageHeader header = verify(image.toArray());

        assertThat(header.id()).isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(header.parent()).isEqualTo(Optional.empty());
        assertThat(header.generation()).isEqualTo(3);
        assertThat(header.created()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123456789Z"));
        assertThat(header.program()).isEqualTo("/usr/bin/prog");
        assertThat(header.command()).isEqualTo("prog -x 1");
        assertThat(header.directory()).isEqualTo("/home");
        assertThat(header.image()).isEmpty();
        assertThat(header.uid()).isEqualTo(1000);
        assertThat(header.host().kernel()).isEqualTo("6.1.0");
        assertThat(header.memoryBytes()).isEqualTo(8192);
        assertThat(header.fileBytes()).isEqualTo(image.toArray().length);
        assertThat(header.digest()).hasSize(64);
    }

    @Test
    void everyTruncationIsDetected() {
        byte[] whole = image.toArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> verify(cut))
                    .as("length %d", length)
                    .isInstanceOf(ImageException.class);
        }
    }

    @Test
    void everyFlippedByteIsDetected() {
        byte[] bytes = image.toArray();
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] ^= 0x40;
            assertThatThrownBy(() -> verify(bytes))
                    .as("byte %d", at)
                    .isInstanceOf(ImageException.class);
            bytes[at] ^= 0x40;
        }
    }

    @Test
    void bytesAfterTheEndAreDetected() {
        assertRefused(
                Arrays.copyOf(image.toArray(), image.toArray().length + 4096), Kind.TRUNCATED);
    }

    @Test
    void anotherFileIsNoImage() {
        assertRefused(new byte[20000], Kind.FOREIGN);
    }

    @Test
    void aFeatureThatIsNotKnownIsRefused() {
        image.bytes.putInt(ImageFormat.HEAD_FEATURES, 0x80);
        image.seal();
        assertRefused(image.toArray(), Kind.OTHER_VERSION);
    }

    @Test
    void compressedMemoryMustUnpackToWhatItIsOf() throws IOException {
        image.compress(Lz4BlockTest.oneLetter(4096));
        assertThat(verify(image.toArray()).compressed()).isTrue();
        image.compress(Lz4BlockTest.oneLetter(4095));
        assertRefused(image.toArray(), Kind.DAMAGED);
        image.compress(new byte[] {1, 2, 3});
        assertRefused(image.toArray(), Kind.DAMAGED);
    }

    @Test
    void aTableOfAnUnknownTypeIsSkipped() throws IOException {
        int count = image.bytes.getInt(image.footAt() + ImageFormat.FOOT_N_TABLES);
        int entry = image.footAt() + ImageFormat.FOOT_TABLES + count * ImageFormat.SIZE_TABLE;
        image.bytes.putInt(image.footAt() + ImageFormat.FOOT_N_TABLES, count + 1);
        image.bytes.putInt(entry + ImageFormat.TABLE_TYPE, 99);
        image.bytes.putInt(entry + ImageFormat.TABLE_RECORD_BYTES, 8);
        image.bytes.putLong(entry + ImageFormat.TABLE_OFF, image.tablesAt());
        image.seal();
        assertThat(verify(image.toArray()).generation()).isEqualTo(3);
    }

    @Test
    void tablesThatLieAreEitherRefusedOrHarmless() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ImageReaderTest -Dseed=" + seed);
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            SmallImage lying = new SmallImage();
            for (int change = random.nextInt(3); change >= 0; change--) {
                lie(lying, random);
            }
            lying.seal();
            try {
                verify(lying.toArray());
            } catch (ImageException e) {
                refused++;
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("round " + round + " of seed " + seed, e);
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    /** Puts an unlikely number somewhere in the tables or the foot. */
    private static void lie(SmallImage image, Random random) {
        boolean inFoot = random.nextBoolean();
        int from = inFoot ? image.footAt() : image.tablesAt();
        int to = inFoot ? image.footAt() + 500 : image.tablesEnd();
        int at = from + random.nextInt((to - from) / 4) * 4;
        switch (random.nextInt(5)) {
            case 0 -> image.bytes.putInt(at, -1);
            case 1 -> image.bytes.putInt(at, Integer.MAX_VALUE);
            case 2 -> image.bytes.putInt(at, random.nextInt());
            case 3 -> image.bytes.putInt(at, image.bytes.getInt(at) + random.nextInt(9) - 4);
            default -> image.bytes.putInt(at, 1 << random.nextInt(32));
        }
    }
}
