// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.nio.ByteBuffer;

/**
 * Reads what Snappy compressed: enough for the index of a table file, whose checksum was verified.
 *
 * <pre>
 * data     = length of the result (varint) | elements
 * element  = tag whose lower two bits are its kind
 * kind 0   = literal: length - 1 in the upper 6 bits; 60 to 63: in the next 1 to 4 bytes (LE) | the bytes
 * kind 1   = copy: length - 4 in 3 bits, upper 3 bits of the distance in 3 | lower 8
 * kind 2,3 = copy: length - 1 in 6 bits | distance in 2 or 4 bytes (LE)
 * </pre>
 *
 * <p>Source: Snappy, format_description.txt.
 */
final class Snappy {

    private static final long MAX_BYTES = 64L << 20;

    private final ByteBuffer in;
    private final byte[] out;
    private int filled;

    private Snappy(ByteBuffer in, int length) {
        this.in = in;
        this.out = new byte[length];
    }

    /**
     * @throws IllegalArgumentException when it is not what Snappy writes
     */
    static byte[] uncompress(ByteBuffer in) {
        long length = Manifest.varint(in);
        if (length < 0 || length > MAX_BYTES) {
            throw new IllegalArgumentException("a compressed block of %d bytes".formatted(length));
        }
        Snappy snappy = new Snappy(in, (int) length);
        while (in.hasRemaining()) {
            snappy.element();
        }
        if (snappy.filled != length) {
            throw damaged();
        }
        return snappy.out;
    }

    private void element() {
        int tag = in.get() & 0xff;
        switch (tag & 3) {
            case 0 -> literal(tag >> 2);
            case 1 -> copy((tag >> 2 & 7) + 4, (tag >> 5) << 8 | number(1));
            case 2 -> copy((tag >> 2) + 1, number(2));
            default -> copy((tag >> 2) + 1, number(4));
        }
    }

    private void literal(int short60) {
        int length = 1 + (short60 < 60 ? short60 : number(short60 - 59));
        if (length <= 0 || length > in.remaining() || length > out.length - filled) {
            throw damaged();
        }
        in.get(out, filled, length);
        filled += length;
    }

    /** Byte by byte: a copy may reach into what it writes itself. */
    private void copy(int length, int distance) {
        if (distance <= 0 || distance > filled || length > out.length - filled) {
            throw damaged();
        }
        for (int i = 0; i < length; i++, filled++) {
            out[filled] = out[filled - distance];
        }
    }

    private int number(int size) {
        if (size > in.remaining()) {
            throw damaged();
        }
        int value = 0;
        for (int i = 0; i < size; i++) {
            value |= (in.get() & 0xff) << 8 * i;
        }
        return value;
    }

    private static IllegalArgumentException damaged() {
        return new IllegalArgumentException("a compressed block is damaged");
    }
}
