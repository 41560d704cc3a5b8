// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The language between node and starter, byte for byte as {@code src/main/c/include/frame.h}
 * describes it.
 *
 * <pre>
 *  0        4        8        12       16       20
 *  | magic  | length |  type  |   id   | crc32c | body (length bytes) ...
 * </pre>
 *
 * All numbers are little-endian. The checksum is over bytes 0..15 and the body. A string is its
 * length in bytes (u32) and its bytes in UTF-8.
 *
 * @param type one of the constants here
 * @param id the request that this answers, 0 for an event
 * @param body positioned at the first byte of the body
 */
record Frame(int type, int id, ByteBuffer body) {
    static final int MAGIC = 0x01545352;
    static final int HEADER_BYTES = 20;
    static final int BODY_MAX_BYTES = 4 << 20;

    /** The longest answer: a status with two texts. Anything longer is not from a starter. */
    static final int ANSWER_MAX_BYTES = 16 << 10;

    static final int LAUNCH = 1;
    static final int SIGNAL_MAIN = 2;
    static final int STOP = 3;
    static final int CONTINUE = 4;
    static final int TERMINATE = 5;
    static final int KILL_FAMILY = 6;
    static final int STATUS = 7;
    static final int USAGE = 8;
    static final int PING = 9;
    static final int ACK_EXIT = 10;
    static final int SHUTDOWN_WHEN_DONE = 11;

    static final int OK = 64;
    static final int ERROR = 65;
    static final int STATUS_REPLY = 66;
    static final int USAGE_REPLY = 67;
    static final int KILLED = 68;

    static final int STARTED = 96;
    static final int STOPPED = 97;
    static final int CONTINUED = 98;
    static final int EXITED = 99;

    /**
     * The bytes of a frame, ready to be sent. {@code body} is read from its position to its limit.
     */
    static ByteBuffer encode(int type, int id, ByteBuffer body) {
        ByteBuffer out =
                ByteBuffer.allocate(HEADER_BYTES + body.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC)
                .putInt(body.remaining())
                .putInt(type)
                .putInt(id)
                .putInt(0)
                .put(body.duplicate());
        out.putInt(16, checksum(out.array(), out.position()));
        return out.flip();
    }

    /**
     * Takes one frame from the front of {@code in}, if a whole one is there.
     *
     * @throws IOException if these bytes cannot be a frame of at most {@code bodyMaxBytes}
     */
    static Optional<Frame> decode(ByteBuffer in, int bodyMaxBytes) throws IOException {
        in.order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < HEADER_BYTES) {
            return Optional.empty();
        }
        int start = in.position();
        int length = in.getInt(start + 4);
        if (in.getInt(start) != MAGIC || length < 0 || length > bodyMaxBytes) {
            throw new IOException("not a frame of the starter's protocol");
        }
        if (in.remaining() < HEADER_BYTES + length) {
            return Optional.empty();
        }
        byte[] bytes = new byte[HEADER_BYTES + length];
        in.get(bytes);
        ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (frame.getInt(16) != checksum(bytes, bytes.length)) {
            throw new IOException("frame with a wrong checksum");
        }
        int type = frame.getInt(8);
        int id = frame.getInt(12);
        frame.position(HEADER_BYTES);
        return Optional.of(new Frame(type, id, frame));
    }

    /** The string at the position of a body. */
    static String string(ByteBuffer body) {
        int length = body.getInt();
        if (length < 0 || length > body.remaining()) {
            throw new IllegalArgumentException("string longer than its frame");
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] frame, int length) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, 16);
        crc.update(frame, HEADER_BYTES, length - HEADER_BYTES);
        return (int) crc.getValue();
    }
}
