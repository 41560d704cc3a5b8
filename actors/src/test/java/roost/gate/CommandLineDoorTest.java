// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.CommandEngine;
import roost.api.CommandHost;
import roost.observe.Metrics;
import roost.security.Identity;

/** The door and the real front program, with an engine that does what each test needs. */
@Timeout(60)
class CommandLineDoorTest {
    private static final Path FRONT = Path.of(System.getProperty("roost.native.dir"), "bin/roost");

    @TempDir Path dir;

    private final Metrics metrics = new Metrics();
    private final List<CommandLineDoor> doors = new ArrayList<>();
    private final List<Process> fronts = new ArrayList<>();
    private final AtomicReference<Identity> caller = new AtomicReference<>();

    /** What an engine does, allowed to fail. */
    private interface Body {
        int run(CommandHost host) throws Exception;
    }

    private record Outcome(int status, String out, String err) {}

    @AfterEach
    void closeAll() {
        fronts.forEach(Process::destroyForcibly);
        doors.forEach(CommandLineDoor::close);
    }

    @Test
    void outputErrorsAndStatusReachTheUser() throws Exception {
        open(
                host -> {
                    host.out().println("to out");
                    host.err().println("to err");
                    return 42;
                });
        assertThat(front("condor_x", "a")).isEqualTo(new Outcome(42, "to out\n", "to err\n"));
    }

    @Test
    void outAndErrKeepTheirOrderOnOneTerminal() throws Exception {
        open(
                host -> {
                    for (int i = 0; i < 100; i++) {
                        (i % 2 == 0 ? host.out() : host.err()).println(i);
                    }
                    return 0;
                });
        ProcessBuilder builder = builder("condor_x").redirectErrorStream(true);
        assertThat(run(builder, new byte[0]).out().lines())
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void theCommandSeesWhatTheUserTypedAndWhere() throws Exception {
        open(
                host -> {
                    host.out().println(host.argv());
                    host.out().println(host.workingDirectory());
                    host.out().println(host.environment().get("ROOST_TEST"));
                    host.out().println(host.terminalColumns());
                    return 0;
                });
        ProcessBuilder builder = builder("condor_x", "-a", "b c", "", "ü").directory(dir.toFile());
        builder.environment().put("ROOST_TEST", "x=y\nz");
        assertThat(run(builder, new byte[0]).out())
                .isEqualTo("[condor_x, -a, b c, , ü]\n" + dir.toRealPath() + "\nx=y\nz\n0\n");
    }

    @Test
    void theCallerIsWhoTheKernelSays() throws Exception {
        open(host -> 0);
        front("condor_x");
        assertThat(caller.get())
                .isEqualTo(
                        new Identity(
                                System.getProperty("user.name"),
                                "test.domain",
                                "127.0.0.1",
                                Identity.Method.PEER_CREDENTIALS));
    }

    @Test
    void filesOfAllSizesAreReadByTheFront() throws Exception {
        Random random = new Random(7);
        for (int size : List.of(0, 1, 65535, 65536, 65537, 1 << 20)) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Files.write(dir.resolve("f" + size), bytes);
        }
        open(
                host -> {
                    for (String name : host.argv().subList(1, host.argv().size())) {
                        try (InputStream in = host.read(name)) {
                            byte[] bytes = in.readAllBytes();
                            byte[] there = Files.readAllBytes(dir.resolve(name));
                            host.out().println(name + " " + java.util.Arrays.equals(bytes, there));
                        }
                    }
                    return 0;
                });
        ProcessBuilder builder =
                builder("condor_x", "f0", "f1", "f65535", "f65536", "f65537", "f1048576");
        assertThat(run(builder.directory(dir.toFile()), new byte[0]).out())
                .isEqualTo(
                        "f0 true\nf1 true\nf65535 true\nf65536 true\nf65537 true\nf1048576 true\n");
    }

    @Test
    void filesAreWrittenByTheFrontWithTheUsersUmask() throws Exception {
        open(
                host -> {
                    try (OutputStream out = host.write("made")) {
                        for (int i = 0; i < 100_000; i++) {
                            out.write("line\n".getBytes(StandardCharsets.UTF_8));
                        }
                    }
                    return 0;
                });
        ProcessBuilder builder =
                new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 027; exec \"$@\"",
                        "sh",
                        FRONT.toString(),
                        "--at-socket",
                        socket().toString(),
                        "condor_x");
        assertThat(run(builder.directory(dir.toFile()), new byte[0]))
                .isEqualTo(new Outcome(0, "", ""));
        assertThat(dir.resolve("made")).hasSize(500_000);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(dir.resolve("made"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void filesThatCannotBeOpenedSayWhy() throws Exception {
        open(
                host -> {
                    for (String path : List.of("absent", ".")) {
                        try (InputStream in = host.read(path)) {
                            host.out().println("opened " + in);
                        } catch (CommandHost.FileAccessException e) {
                            host.out().println(e.getMessage());
                        }
                    }
                    try (OutputStream out = host.write("absent/x")) {
                        host.out().println("opened " + out);
                    } catch (CommandHost.FileAccessException e) {
                        host.out().println(e.getMessage());
                    }
                    return 0;
                });
        assertThat(run(builder("x").directory(dir.toFile()), new byte[0]).out())
                .isEqualTo(
                        "'absent': errno 2 (No such file or directory)\n"
                                + "'.': errno 21 (Is a directory)\n"
                                + "'absent/x': errno 2 (No such file or directory)\n");
    }

    @Test
    void aFullDiskIsToldWhenTheFileIsClosed() throws Exception {
        open(
                host -> {
                    OutputStream out = host.write("/dev/full");
                    out.write(1);
                    try {
                        out.close();
                    } catch (IOException e) {
                        host.out().println(e.getMessage());
                    }
                    return 0;
                });
        assertThat(front("x").out())
                .isEqualTo("failed to write '/dev/full': errno 28 (No space left on device)\n");
    }

    @Test
    void factsAndListsAreThoseOfTheUsersFiles() throws Exception {
        Files.writeString(dir.resolve("program"), "12345");
        Files.setPosixFilePermissions(
                dir.resolve("program"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(dir.resolve("sub"));
        Files.createFile(dir.resolve("sub/b"));
        Files.createFile(dir.resolve("sub/a"));
        open(
                host -> {
                    host.out().println(host.facts("program"));
                    host.out().println(host.facts("sub").regular());
                    host.out().println(host.facts("absent").exists());
                    host.out().println(host.list("sub"));
                    return 0;
                });
        assertThat(run(builder("x").directory(dir.toFile()), new byte[0]).out())
                .isEqualTo(
                        "FileFacts[exists=true, regular=true, executable=true, size=5]\n"
                                + "false\nfalse\n[a, b]\n");
    }

    @Test
    void standardInputIsReadAsItComes() throws Exception {
        open(
                host -> {
                    host.out().write(host.in().readAllBytes());
                    return 0;
                });
        byte[] input = "some\ninput\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        assertThat(run(builder("x"), input).out())
                .isEqualTo(new String(input, StandardCharsets.UTF_8));
    }

    @Test
    void muchOutputToASlowReaderArrivesWhole() throws Exception {
        int lines = 2_000_000;
        open(
                host -> {
                    for (int i = 0; i < lines; i++) {
                        host.out().println(i);
                    }
                    return 3;
                });
        Process process = start(builder("x"));
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(reader.lines().mapToInt(Integer::parseInt).sum())
                    .isEqualTo(IntStream.range(0, lines).sum());
        }
        assertThat(process.waitFor()).isEqualTo(3);
    }

    @Test
    void aFrontThatGoesAwayInterruptsItsCommandAndNoOther() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        open(
                host -> {
                    started.countDown();
                    try {
                        goOn.await();
                        return 0;
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        return 1;
                    }
                });
        Process leaves = start(builder("x"));
        Process stays = start(builder("x"));
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        leaves.destroyForcibly();
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        assertThat(stays.waitFor()).isZero();
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void aFrontTellsWhenTheNodeGoesAway() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CommandLineDoor door =
                open(
                        host -> {
                            started.countDown();
                            Thread.sleep(60_000);
                            return 0;
                        });
        Process process = start(builder("condor_x"));
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        door.close();
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "condor_x: the node went away before the command ended; it may or may not"
                                + " have been done\n");
    }

    @Test
    void aBugInACommandIsToldAndEndsThatCommandOnly() throws Exception {
        open(
                host -> {
                    if (host.argv().contains("bug")) {
                        throw new IllegalStateException("a bug");
                    }
                    return 0;
                });
        assertThat(front("x", "bug").err())
                .isEqualTo(
                        "roost: internal error: java.lang.IllegalStateException: a bug (the node's"
                                + " log has more)\n");
        assertThat(front("x").status()).isZero();
    }

    @Test
    void rubbishAndHalfGreetingsAreCutOffAndDisturbNobody() throws Exception {
        open(host -> 0);
        Random random = new Random(Long.getLong("seed", 20261121L));
        for (int i = 0; i < 50; i++) {
            byte[] rubbish = new byte[8 + random.nextInt(5000)];
            random.nextBytes(rubbish);
            rubbish[4] = (byte) (i % 2 == 0 ? FrontProtocol.HELLO : random.nextInt());
            try (SocketChannel channel = connect()) {
                writeUntilRefused(channel, rubbish);
                channel.shutdownOutput();
                assertThat(readAll(channel)).isEmpty();
            }
        }
        assertThat(front("x").status()).isZero();
    }

    @Test
    void aFrontThatNeverSaysWhatItWantsIsCutOff() throws Exception {
        CommandLineDoor.Limits limits =
                new CommandLineDoor.Limits(8, Duration.ofMillis(100), 1 << 20, 1 << 20);
        open(limits, host -> 0);
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 0, 0, FrontProtocol.HELLO}));
            assertThat(readAll(channel)).isEmpty();
        }
    }

    @Test
    void moreThanTheDoorCanTakeWaitOutside() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        CommandLineDoor.Limits limits =
                new CommandLineDoor.Limits(1, Duration.ofSeconds(30), 1 << 20, 1 << 20);
        open(
                limits,
                host -> {
                    started.countDown();
                    goOn.await();
                    return 0;
                });
        Process runs = start(builder("x"));
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        Process waits = start(builder("x"));
        while (!metrics.render().contains("roost_commands_refused_total 2")) {
            Thread.onSpinWait();
        }
        assertThat(waits.isAlive()).isTrue();
        goOn.countDown();
        assertThat(runs.waitFor()).isZero();
        assertThat(waits.waitFor()).isZero();
    }

    @Test
    void anotherVersionOfTheFrontIsToldWhatToDo() throws Exception {
        open(host -> 0);
        ByteBuffer hello = FrontProtocolTest.hello(1, 0, "/", "x");
        hello.putShort(4, (short) 99);
        ByteBuffer frame =
                ByteBuffer.allocate(hello.remaining() + FrontProtocol.HEADER)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        FrontProtocol.putHeader(frame, FrontProtocol.HELLO, 0, hello.remaining());
        frame.put(hello).flip();
        try (SocketChannel channel = connect()) {
            channel.write(frame);
            channel.shutdownOutput();
            assertThat(new String(readAll(channel), StandardCharsets.ISO_8859_1))
                    .contains("another version of Roost");
        }
    }

    @Test
    void aHundredCommandsAtOnceAllGetTheirOwnAnswer() throws Exception {
        open(
                host -> {
                    host.out().println(host.argv().get(1));
                    return 0;
                });
        Map<Integer, Process> all =
                IntStream.range(0, 100)
                        .boxed()
                        .collect(Collectors.toMap(i -> i, i -> start(builder("x", "n" + i))));
        for (Map.Entry<Integer, Process> entry : all.entrySet()) {
            assertThat(finish(entry.getValue()))
                    .isEqualTo(new Outcome(0, "n" + entry.getKey() + "\n", ""));
        }
    }

    @Test
    void theSocketIsForEverybody() throws Exception {
        open(host -> 0);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-rw-rw-");
    }

    // ---- the test's own tools ----

    private Path socket() {
        return dir.resolve("cli.sock");
    }

    private CommandLineDoor open(Body body) throws IOException {
        return open(CommandLineDoor.Limits.DEFAULT, body);
    }

    private CommandLineDoor open(CommandLineDoor.Limits limits, Body body) throws IOException {
        CommandEngine engine =
                host -> {
                    try {
                        return body.run(host);
                    } catch (RuntimeException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                };
        CommandLineDoor door =
                CommandLineDoor.open(
                        socket(),
                        limits,
                        engine,
                        new PeerCredentials("test.domain", "127.0.0.1"),
                        identity -> {
                            caller.set(identity);
                            return null;
                        },
                        host -> null,
                        metrics);
        doors.add(door);
        return door;
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket()));
        return channel;
    }

    private static void writeUntilRefused(SocketChannel channel, byte[] bytes) throws IOException {
        try {
            channel.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Broken pipe");
        }
    }

    /** Until the other side closes, which a reset is as well. */
    private static byte[] readAll(SocketChannel channel) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(65536);
        try {
            while (channel.read(in) >= 0) {
                assertThat(in.hasRemaining()).isTrue();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return java.util.Arrays.copyOf(in.array(), in.position());
    }

    private Outcome front(String... words) throws Exception {
        return run(builder(words), new byte[0]);
    }

    private ProcessBuilder builder(String... words) {
        List<String> line =
                new ArrayList<>(List.of(FRONT.toString(), "--at-socket", socket().toString()));
        line.addAll(List.of(words));
        return new ProcessBuilder(line);
    }

    private Process start(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            synchronized (fronts) {
                fronts.add(process);
            }
            return process;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Outcome run(ProcessBuilder builder, byte[] input) throws Exception {
        Process process = start(builder);
        Thread feeder =
                new Thread(
                        () -> {
                            try (OutputStream out = process.getOutputStream()) {
                                out.write(input);
                            } catch (IOException e) {
                                process.destroyForcibly();
                            }
                        });
        feeder.start();
        Outcome outcome = finish(process);
        feeder.join();
        return outcome;
    }

    private static Outcome finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out, err);
    }
}
