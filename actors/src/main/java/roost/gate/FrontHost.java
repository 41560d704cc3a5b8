// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import roost.api.Api;
import roost.api.CommandHost;
import roost.capture.LibraryEngine;
import roost.capture.Preflight;
import roost.config.CondorConfig;
import roost.gate.FrontProtocol.Frame;
import roost.gate.FrontProtocol.Hello;
import roost.gate.FrontProtocol.ProtocolException;
import roost.gate.FrontProtocol.Result;

/**
 * A command's world when it runs in the node: everything but the node's API is at the other end of
 * the connection, where the front opens and reads with the user's own rights.
 */
final class FrontHost implements CommandHost {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int EINVAL = 22;
    private static final int ENOENT = 2;
    private static final int EMFILE = 24;
    private static final int ENOTDIR = 20;

    private final FrontConnection connection;
    private final Hello hello;
    private final Api api;
    private final Function<CommandHost, CondorConfig> configs;
    private final InputStream in = new FrontInput("standard input", STDIN, null);
    private final PrintStream out;
    private final PrintStream err;
    private final BitSet streams = new BitSet(FrontProtocol.FILES_MAX);
    private CondorConfig config;

    FrontHost(
            FrontConnection connection,
            Hello hello,
            Api api,
            Function<CommandHost, CondorConfig> configs) {
        this.connection = connection;
        this.hello = hello;
        this.api = api;
        this.configs = configs;
        this.out = new PrintStream(new Print(STDOUT), false, StandardCharsets.UTF_8);
        this.err = new PrintStream(new Print(STDERR), false, StandardCharsets.UTF_8);
        streams.set(STDIN, STDERR + 1);
    }

    @Override
    public List<String> argv() {
        return hello.argv();
    }

    @Override
    public Path workingDirectory() {
        return Path.of(hello.workingDirectory());
    }

    @Override
    public Map<String, String> environment() {
        return hello.environment();
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public int terminalColumns() {
        return (hello.flags() & FrontProtocol.TTY_OUT) != 0 ? hello.columns() : 0;
    }

    @Override
    public InputStream read(String path) throws IOException {
        int stream = open(FrontProtocol.OPEN_READ, path);
        return new FrontInput(path, stream, connection.await());
    }

    @Override
    public OutputStream write(String path) throws IOException {
        return new FileOutput(path, open(FrontProtocol.OPEN_WRITE, path));
    }

    @Override
    public FileFacts facts(String path) throws IOException {
        Result result = ask(FrontProtocol.FACTS, 0, bytes(path));
        if (result.errno() == ENOENT || result.errno() == ENOTDIR) {
            return new FileFacts(false, false, false, 0);
        }
        check(path, result);
        return new FileFacts(
                true,
                (result.flags() & FrontProtocol.IS_REGULAR) != 0,
                (result.flags() & FrontProtocol.IS_EXECUTABLE) != 0,
                result.size());
    }

    @Override
    public List<String> list(String directory) throws IOException {
        Result result = ask(FrontProtocol.LIST, 0, bytes(directory));
        check(directory, result);
        try {
            return result.names().stream().sorted().toList();
        } catch (ProtocolException e) {
            throw new IOException(e);
        }
    }

    @Override
    public ProgramCheck checkpointable(String program) {
        Preflight found = new LibraryEngine().check(Path.of(program));
        return new ProgramCheck(
                found.reason(), found.notes().stream().map(Preflight.Finding::toString).toList());
    }

    @Override
    public CondorConfig config() {
        if (config == null) {
            config = configs.apply(this);
        }
        return config;
    }

    @Override
    public Api api() {
        return api;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public OptionalInt userId() {
        return OptionalInt.of(hello.userId());
    }

    @Override
    public Optional<String> userName() {
        return Optional.of(connection.identity().user());
    }

    private int open(byte how, String path) throws IOException {
        int stream = streams.nextClearBit(0);
        if (stream >= FrontProtocol.FILES_MAX) {
            throw new FileAccessException(path, EMFILE, "Too many open files");
        }
        check(path, ask(how, stream, bytes(path)));
        streams.set(stream);
        return stream;
    }

    private Result ask(byte type, int stream, byte[] payload) throws IOException {
        return result(connection.ask(type, stream, payload));
    }

    private static Result result(Frame frame) throws IOException {
        try {
            return Result.parse(frame);
        } catch (ProtocolException e) {
            throw new IOException(e);
        }
    }

    private static void check(String path, Result result) throws FileAccessException {
        if (result.errno() != 0) {
            throw new FileAccessException(path, result.errno(), result.message());
        }
    }

    /** A file that was opened could not be read or written. */
    private static IOException failure(String verb, String path, Result result) {
        return new IOException(
                "failed to %s '%s': errno %d (%s)"
                        .formatted(verb, path, result.errno(), result.message()));
    }

    private static byte[] bytes(String path) throws FileAccessException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (path.indexOf('\0') >= 0 || bytes.length > FrontProtocol.CHUNK) {
            throw new FileAccessException(path, EINVAL, "Invalid argument");
        }
        return bytes;
    }

    /** Standard output or error: both fill the same batch, so the user sees them in order. */
    private final class Print extends OutputStream {
        private final int stream;

        Print(int stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            connection.write(stream, new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            connection.write(stream, b, off, len);
        }

        @Override
        public void flush() throws IOException {
            connection.flush();
        }
    }

    /** A file that is written; what went wrong on the way is told when it is closed. */
    private final class FileOutput extends OutputStream {
        private final String path;
        private final int stream;
        private boolean open = true;

        FileOutput(String path, int stream) {
            this.path = path;
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            if (!open) {
                throw new IOException("'" + path + "' is closed");
            }
            connection.write(stream, b, off, len);
        }

        @Override
        public void close() throws IOException {
            if (open) {
                open = false;
                Result result = ask(FrontProtocol.CLOSE, stream, new byte[0]);
                streams.clear(stream);
                if (result.errno() != 0) {
                    throw failure("write", path, result);
                }
            }
        }
    }

    /** A file, or standard input, that is read a chunk at a time. */
    private final class FrontInput extends InputStream {
        private final String path;
        private final int stream;
        private ByteBuffer chunk = ByteBuffer.allocate(0);
        private Frame arrived;
        private boolean last;
        private boolean open = true;

        FrontInput(String path, int stream, Frame first) {
            this.path = path;
            this.stream = stream;
            this.arrived = first;
        }

        @Override
        public int read() throws IOException {
            return fill() ? Byte.toUnsignedInt(chunk.get()) : -1;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            if (len == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int n = Math.min(len, chunk.remaining());
            chunk.get(b, off, n);
            return n;
        }

        @Override
        public int available() {
            return chunk.remaining();
        }

        /** Gets more if there is nothing left; false at the end. */
        private boolean fill() throws IOException {
            while (!chunk.hasRemaining()) {
                if (last || !open) {
                    return false;
                }
                Frame frame = arrived;
                arrived = null;
                if (frame == null) {
                    frame = connection.ask(FrontProtocol.READ, stream, chunkSize());
                }
                if (frame.type() != FrontProtocol.DATA) {
                    throw failure("read", path, result(frame));
                }
                last = isLast(frame);
                chunk = frame.payload();
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            if (open && stream > STDERR) {
                open = false;
                // The front closes by itself what it has sent to the end.
                if (!last && !(arrived != null && isLast(arrived))) {
                    ask(FrontProtocol.CLOSE, stream, new byte[0]);
                }
                streams.clear(stream);
            }
        }

        private static boolean isLast(Frame frame) {
            return (frame.flags() & FrontProtocol.LAST) != 0;
        }
    }

    private static byte[] chunkSize() {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(FrontProtocol.CHUNK)
                .array();
    }
}
