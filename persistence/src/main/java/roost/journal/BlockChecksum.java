// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.util.zip.CRC32C;

/** The checksum of LevelDB's log and table files: CRC32C, rotated and shifted by a constant. */
final class BlockChecksum {
    private BlockChecksum() {}

    static int of(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }
}
