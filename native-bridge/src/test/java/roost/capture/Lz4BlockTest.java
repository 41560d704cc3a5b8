// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class Lz4BlockTest {
    /**
     * The block of as many equal letters: one, repeated, and five at the end as the format wants.
     */
    static byte[] oneLetter(int bytes) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(new byte[] {0x1f, 'a', 1, 0});
        int rest = bytes - 1 - 5 - 4 - 15;
        for (; rest >= 255; rest -= 255) {
            block.write(255);
        }
        block.write(rest);
        block.writeBytes(new byte[] {0x50, 'a', 'a', 'a', 'a', 'a'});
        return block.toByteArray();
    }

    private static int bytes(String hex, int most) {
        return Lz4Block.unpackedBytes(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), most);
    }

    @Test
    void literalsAloneAreABlock() {
        assertThat(bytes("30616263", 3)).isEqualTo(3);
    }

    @Test
    void aLengthGoesOnInFurtherBytes() {
        assertThat(bytes("f001" + "00".repeat(16), 16)).isEqualTo(16);
        byte[] page = oneLetter(4096);
        assertThat(Lz4Block.unpackedBytes(ByteBuffer.wrap(page), 4096)).isEqualTo(4096);
    }

    @Test
    void aMatchMustPointIntoWhatIsUnpacked() {
        assertThat(bytes("10610100" + "50" + "00".repeat(5), 10)).isEqualTo(10);
        assertThat(bytes("10610000" + "50" + "00".repeat(5), 10)).as("distance 0").isEqualTo(-1);
        assertThat(bytes("10610200" + "50" + "00".repeat(5), 10)).as("before it").isEqualTo(-1);
    }

    @Test
    void moreThanThereMayBeIsNoBlock() {
        assertThat(Lz4Block.unpackedBytes(ByteBuffer.wrap(oneLetter(4096)), 4095)).isEqualTo(-1);
        assertThat(bytes("f0" + "ff".repeat(9000) + "00", 262144)).isEqualTo(-1);
        assertThat(bytes("30616263", 2)).isEqualTo(-1);
    }

    @Test
    void aBlockCutShortIsNoneOrSmaller() {
        byte[] whole = oneLetter(4096);
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
            assertThat(Lz4Block.unpackedBytes(cut, 4096)).as("length %d", length).isLessThan(4096);
        }
    }

    @Test
    void anyBytesAreReadWithinTheirBounds() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("Lz4BlockTest -Dseed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThat(Lz4Block.unpackedBytes(ByteBuffer.wrap(bytes), 100)).isBetween(-1, 100);
        }
    }
}
