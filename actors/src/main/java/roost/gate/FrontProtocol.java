// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the native front of the command line and a node say to each other. The description is in
 * {@code native-bridge/src/main/c/include/front_protocol.h}; a test compares the numbers here with
 * those there.
 */
final class FrontProtocol {
    static final int MAGIC = 0x31545352;
    static final int VERSION = 2;

    static final int HEADER = 8;
    static final int CHUNK = 65536;
    static final int HELLO_MAX = 2621440;
    static final int LIST_MAX = 1048576;
    static final int FILES_MAX = 64;

    static final byte HELLO = 0x01;
    static final byte DATA = 0x02;
    static final byte RESULT = 0x03;

    static final byte WRITE = 0x11;
    static final byte EXIT = 0x12;
    static final byte OPEN_READ = 0x13;
    static final byte OPEN_WRITE = 0x14;
    static final byte READ = 0x15;
    static final byte CLOSE = 0x16;
    static final byte FACTS = 0x17;
    static final byte LIST = 0x18;

    static final int LAST = 0x01;

    static final int NOT_BEGUN = 0x01;

    static final int TTY_IN = 0x01;
    static final int TTY_OUT = 0x02;
    static final int TTY_ERR = 0x04;

    static final int IS_REGULAR = 0x01;
    static final int IS_EXECUTABLE = 0x02;
    static final int IS_DIRECTORY = 0x04;

    private static final int HELLO_HEAD = 24;
    private static final int RESULT_HEAD = 16;

    private FrontProtocol() {}

    /** The other side does not keep to the protocol; its connection is closed. */
    static final class ProtocolException extends Exception {
        private static final long serialVersionUID = 1L;

        ProtocolException(String message) {
            super(message);
        }
    }

    /** A frame that arrived. */
    record Frame(byte type, int flags, int stream, ByteBuffer payload) {}

    /** What a user typed, and where. */
    record Hello(
            int version,
            int flags,
            int columns,
            int userId,
            String workingDirectory,
            List<String> argv,
            Map<String, String> environment) {

        static Hello parse(ByteBuffer payload) throws ProtocolException {
            ByteBuffer in = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            if (in.remaining() < HELLO_HEAD || in.getInt() != MAGIC) {
                throw new ProtocolException("this is no front of Roost");
            }
            int version = Short.toUnsignedInt(in.getShort());
            int flags = Short.toUnsignedInt(in.getShort());
            int columns = Short.toUnsignedInt(in.getShort());
            in.getShort(); // umask: the front creates files itself
            int argc = in.getInt();
            int envc = in.getInt();
            int userId = in.getInt();
            // Each string takes at least its NUL, which bounds both numbers.
            if (argc < 1 || envc < 0 || (long) argc + envc >= in.remaining()) {
                throw new ProtocolException("counts do not fit the size");
            }
            String directory = string(in);
            List<String> argv = new ArrayList<>(argc);
            for (int i = 0; i < argc; i++) {
                argv.add(string(in));
            }
            Map<String, String> environment = new LinkedHashMap<>();
            for (int i = 0; i < envc; i++) {
                String entry = string(in);
                int equals = entry.indexOf('=', 1);
                if (equals > 0) {
                    environment.putIfAbsent(
                            entry.substring(0, equals), entry.substring(equals + 1));
                }
            }
            return new Hello(version, flags, columns, userId, directory, argv, environment);
        }
    }

    /** The answer to a question: {@code errno} 0 means done. */
    record Result(int errno, int flags, long size, ByteBuffer text) {
        static Result parse(Frame frame) throws ProtocolException {
            ByteBuffer in = frame.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            if (frame.type() != RESULT || in.remaining() < RESULT_HEAD) {
                throw new ProtocolException("type " + frame.type() + " where a result was due");
            }
            return new Result(in.getInt(), in.getInt(), in.getLong(), in.slice());
        }

        String message() {
            return StandardCharsets.UTF_8.decode(text.duplicate()).toString();
        }

        List<String> names() throws ProtocolException {
            ByteBuffer in = text.duplicate();
            List<String> names = new ArrayList<>();
            while (in.hasRemaining()) {
                names.add(string(in));
            }
            return names;
        }
    }

    private static String string(ByteBuffer in) throws ProtocolException {
        for (int end = in.position(); end < in.limit(); end++) {
            if (in.get(end) == 0) {
                ByteBuffer bytes = in.duplicate().limit(end);
                in.position(end + 1);
                return StandardCharsets.UTF_8.decode(bytes).toString();
            }
        }
        throw new ProtocolException("a string has no end");
    }

    /** The longest payload that a front may send in a frame of this type. */
    static int longest(byte type) throws ProtocolException {
        return switch (type) {
            case HELLO -> HELLO_MAX;
            case DATA -> CHUNK;
            case RESULT -> RESULT_HEAD + LIST_MAX;
            default -> throw new ProtocolException("no type " + type);
        };
    }

    static void putHeader(ByteBuffer out, byte type, int stream, int length) {
        putHeader(out, type, 0, stream, length);
    }

    static void putHeader(ByteBuffer out, byte type, int flags, int stream, int length) {
        out.putInt(length).put(type).put((byte) flags).putShort((short) stream);
    }
}
