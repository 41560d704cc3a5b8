// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.nio.ByteBuffer;

/**
 * Tells whether bytes are an LZ4 block, and of how much memory, without unpacking it: a restart
 * will not find in the middle of a program's memory that they are not.
 *
 * <p>A block is a row of sequences. A sequence: a token (number of literals in the high half,
 * length of the match less 4 in the low half; 15 goes on in bytes that are added up to the first
 * that is not 255), the literals, the match's distance in two bytes. The last sequence ends with
 * its literals. {@code lz4_block.h} reads them for the restorer.
 */
final class Lz4Block {
    private static final int LEAST_MATCH = 4;
    private static final int GO_ON = 255;
    private static final int NONE = -1;

    private Lz4Block() {}

    /**
     * How many bytes the block unpacks to; -1 if it is none, or is of more than {@code most}.
     * Nothing in it is believed. The buffer is read from its position to its limit.
     */
    static int unpackedBytes(ByteBuffer block, int most) {
        int bytes = 0;
        while (block.hasRemaining()) {
            int token = block.get() & 0xff;
            int literals = length(block, token >> 4, most - bytes);
            if (literals == NONE || literals > block.remaining()) {
                return NONE;
            }
            block.position(block.position() + literals);
            bytes += literals;
            if (!block.hasRemaining()) {
                return bytes;
            }
            if (block.remaining() < 2) {
                return NONE;
            }
            int distance = block.get() & 0xff | (block.get() & 0xff) << 8;
            int match = length(block, token & 15, most - bytes - LEAST_MATCH);
            if (match == NONE || distance == 0 || distance > bytes) {
                return NONE;
            }
            bytes += match + LEAST_MATCH;
        }
        return NONE;
    }

    /**
     * A length that begins in a token and goes on in the block; -1 if it is more than there may be.
     */
    private static int length(ByteBuffer block, int begun, int most) {
        int length = begun;
        int more = begun == 15 ? GO_ON : 0;
        while (more == GO_ON && length <= most) {
            if (!block.hasRemaining()) {
                return NONE;
            }
            more = block.get() & 0xff;
            length += more;
        }
        return length <= most ? length : NONE;
    }
}
