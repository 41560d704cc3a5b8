// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes below were put together by hand from the description of the format. */
class SnappyTest {

    @ParameterizedTest
    @CsvSource({
        "03 08 616263, abc",
        "03 f0 02 616263, abc", // length in a byte of its own
        "03 f4 0200 616263, abc",
        "09 08 616263 09 03, abcabcabc", // copy of 6 from 3 back: into what it writes
        "06 08 616263 0a 0300, abcabc",
        "06 08 616263 0b 03000000, abcabc",
        "00, ''",
    })
    void everyKindOfElementIsRead(String hex, String text) {
        assertThat(uncompress(hex)).isEqualTo(text);
    }

    @Test
    void aCopyMayReachFarBack() {
        byte[] in = new byte[2 + 3 + 700 + 2];
        ByteBuffer.wrap(in).put(bytes("c005 f4bb02")); // 704 bytes; a literal of 700
        Arrays.fill(in, 5, 705, (byte) 'x');
        in[5] = 'a';
        in[705] = (byte) (2 << 5 | 1); // 4 bytes from 2 * 256 + 188 = 700 back
        in[706] = (byte) 188;
        byte[] out = Snappy.uncompress(ByteBuffer.wrap(in));
        assertThat(new String(out, 700, 4, StandardCharsets.US_ASCII)).isEqualTo("axxx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "04 08 616263", // less than promised
                "02 08 616263", // more
                "03 08 6162", // a literal that is cut off
                "06 08 616263 0a 0400", // a copy from before the beginning
                "06 08 616263 0a 0000",
                "06 08 616263 0a 03",
                "ffffffffff7f 00",
                "ff",
            })
    void whatIsDamagedIsRefused(String hex) {
        assertThatThrownBy(() -> uncompress(hex)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String uncompress(String hex) {
        byte[] out = Snappy.uncompress(ByteBuffer.wrap(bytes(hex)));
        return new String(out, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
