// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.capture.CaptureEngine.After;
import roost.capture.CaptureEngine.Captured;
import roost.capture.CaptureEngine.Launch;
import roost.posix.Posix;
import roost.posix.ProcessIdentity;
import roost.posix.Signals;

/** Real captures and restarts of a program that counts in a file. */
@Timeout(60)
class LibraryEngineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path dir;
    private final LibraryEngine engine = new LibraryEngine();
    private Process program;

    @AfterEach
    void end() throws InterruptedException {
        if (program != null) {
            program.destroyForcibly().waitFor();
        }
    }

    private ProcessIdentity start(Launch launch) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(launch.command())
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve("said").toFile());
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        long before = count();
        program = builder.start();
        ProcessIdentity identity = ProcessIdentity.of(program.pid()).orElseThrow();
        awaitMoreThan(before);
        return identity;
    }

    private ProcessIdentity startCounter() throws IOException, InterruptedException {
        return startCounter(Map.of("PATH", "/usr/bin:/bin"));
    }

    /** Of its images so many KB are written in a second. */
    private ProcessIdentity startCounter(Map<String, String> environment, String... speed)
            throws IOException, InterruptedException {
        Path counter =
                Path.of(System.getProperty("roost.native.dir")).resolve("test/image/counter");
        List<String> command = new ArrayList<>();
        command.add(counter.toString());
        command.add(dir.resolve("count").toString());
        command.addAll(List.of(speed));
        return start(engine.launch(command, environment, image()));
    }

    private Path image() {
        return dir.resolve("image");
    }

    private long count() throws IOException {
        Path file = dir.resolve("count");
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        return bytes.length < 8
                ? 0
                : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private void awaitMoreThan(long count) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (count() <= count) {
            if (System.nanoTime() > until || !program.isAlive()) {
                throw new AssertionError(
                        "the count stays at "
                                + count()
                                + ": "
                                + Files.readString(dir.resolve("said")));
            }
            Thread.onSpinWait();
        }
    }

    private Captured capture(ProcessIdentity process, After after) throws Exception {
        return engine.capture(process, image(), after, PATIENCE)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void aCapturedProgramGoesOnAndCanBeCapturedAgain() throws Exception {
        ProcessIdentity process = startCounter();

        ImageHeader first = capture(process, After.CONTINUE).description().header().orElseThrow();
        awaitMoreThan(count());
        ImageHeader second = capture(process, After.CONTINUE).description().header().orElseThrow();

        assertThat(first.generation()).isEqualTo(1);
        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.program()).endsWith("test/image/counter");
        assertThat(second.command()).contains("count");
        assertThat(second.host().kernel()).isEqualTo(HostFacts.current().kernel());
        assertThat(HostFacts.current().obstaclesFor(second.host())).isEmpty();
        assertThat(ImageVerifier.verify(image())).isEqualTo(second);
    }

    @Test
    void aProgramThatWasTakenOffGoesOnWhereItWas() throws Exception {
        ProcessIdentity process = startCounter();
        Captured captured = capture(process, After.EXIT);
        long at = count();

        assertThat(process.isAlive()).isFalse();
        assertThat(program.waitFor()).isEqualTo(128 + 12);
        ProcessIdentity again = start(engine.restart(image(), Map.of()));
        assertThat(count()).isGreaterThan(at).isLessThan(at + 1_000_000);

        ImageHeader next = capture(again, After.CONTINUE).description().header().orElseThrow();
        assertThat(next.generation())
                .isEqualTo(captured.description().header().orElseThrow().generation() + 1);
    }

    @Test
    void theProgramsPauseIsPartOfTheWhole() throws Exception {
        ProcessIdentity process = startCounter();

        Captured captured = capture(process, After.CONTINUE);

        assertThat(captured.pause()).isPositive().isLessThanOrEqualTo(captured.took());
        assertThat(captured.bytes()).isEqualTo(Files.size(image()));
        assertThat(capture(process, After.EXIT).pause()).isPositive();
    }

    @Test
    void openFilesAreListed() throws Exception {
        capture(startCounter(), After.EXIT);

        try (ImageReader reader = ImageReader.open(image())) {
            assertThat(reader.openFiles())
                    .filteredOn(file -> file.path().equals(dir.resolve("count").toString()))
                    .singleElement()
                    .satisfies(
                            file -> {
                                assertThat(file.kind()).isEqualTo(OpenFile.Kind.FILE);
                                assertThat(file.size()).isEqualTo(8);
                                assertThat(file.writable()).isTrue();
                                assertThat(file.appending()).isFalse();
                            });
        }
    }

    @Test
    void aCompressedImageIsSmallerAndCanBeVerifiedAndRestarted() throws Exception {
        ProcessIdentity process =
                startCounter(Map.of("PATH", "/usr/bin:/bin", "ROOST_CKPT_COMPRESS", "1"));

        ImageHeader header = capture(process, After.EXIT).description().header().orElseThrow();
        long at = count();

        String said = Files.readString(dir.resolve("said"));
        assumeFalse(said.contains("liblz4.so.1 is not on this machine"), said);
        assertThat(header.compressed()).isTrue();
        assertThat(header.fileBytes()).isLessThan(header.memoryBytes());
        assertThat(ImageVerifier.verify(image())).isEqualTo(header);
        start(engine.restart(image(), Map.of()));
        assertThat(count()).isGreaterThan(at);
    }

    @Test
    void aFlippedByteInARealImageIsDetectedAndNotRestarted() throws Exception {
        capture(startCounter(), After.EXIT);
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("LibraryEngineTest -Dseed=" + seed);
        Random random = new Random(seed);
        byte[] bytes = Files.readAllBytes(image());
        for (int round = 0; round < 200; round++) {
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            ImageSource source = ImageSource.memory(bytes);
            assertThatThrownBy(
                            () -> {
                                try (ImageReader reader = ImageReader.open(source)) {
                                    ImageVerifier.verify(reader);
                                }
                            })
                    .as("byte %d", at)
                    .isInstanceOf(ImageException.class);
            bytes = Files.readAllBytes(image());
        }
        bytes[random.nextInt(bytes.length)] ^= 1;
        Files.write(image(), bytes);
        long at = count();
        Launch launch = engine.restart(image(), Map.of());
        program =
                new ProcessBuilder(launch.command())
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve("said").toFile())
                        .start();
        assertThat(program.waitFor()).isEqualTo(128 + 9);
        assertThat(Files.readString(dir.resolve("said"))).startsWith("HTCondor: Error: ");
        assertThat(count()).isEqualTo(at);
    }

    @Test
    void aProcessThatHasEndedCannotBeCaptured() throws Exception {
        ProcessIdentity process = startCounter();
        program.destroyForcibly().waitFor();

        assertThatThrownBy(() -> capture(process, After.CONTINUE))
                .hasCauseInstanceOf(CaptureException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void aCopyThatIsKilledIsNotWaitedForAndOneThatIsHeldUpIs() throws Exception {
        ProcessIdentity process = startCounter(Map.of("PATH", "/usr/bin:/bin"), "500");
        CompletableFuture<Captured> held =
                engine.capture(process, image(), After.CONTINUE, PATIENCE).toCompletableFuture();
        ProcessIdentity copy = awaitCopy();
        Posix.kill(copy, Signals.STOP);
        assertThatThrownBy(() -> held.get(4, TimeUnit.SECONDS))
                .isInstanceOf(TimeoutException.class);
        Posix.kill(copy, Signals.CONT);
        held.get(60, TimeUnit.SECONDS);

        CompletableFuture<Captured> killed =
                engine.capture(process, image(), After.CONTINUE, PATIENCE).toCompletableFuture();
        Posix.kill(awaitCopy(), Signals.KILL);
        assertThatThrownBy(() -> killed.get(15, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CaptureException.class)
                .hasMessageContaining("was killed");
        awaitMoreThan(count());
    }

    /** The copy of the program that has begun to write. */
    private ProcessIdentity awaitCopy() throws IOException, InterruptedException {
        Path beginning = dir.resolve("image.tmp");
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            for (ProcessHandle handle : ProcessHandle.allProcesses().toList()) {
                if (hasOpen(handle.pid(), beginning)) {
                    return ProcessIdentity.of(handle.pid()).orElseThrow();
                }
            }
        }
        throw new AssertionError("nobody writes an image");
    }

    private static boolean hasOpen(long pid, Path file) {
        String[] open = Path.of("/proc/" + pid + "/fd").toFile().list();
        return open != null
                && Arrays.stream(open)
                        .map(number -> Path.of("/proc/" + pid + "/fd", number))
                        .anyMatch(link -> isLinkTo(link, file));
    }

    private static boolean isLinkTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void aProcessThatEndsWithoutAnImageIsSaidSo() throws Exception {
        ProcessIdentity process = startCounter();
        Path elsewhere = dir.resolve("elsewhere");

        assertThatThrownBy(
                        () ->
                                engine.capture(process, elsewhere, After.EXIT, PATIENCE)
                                        .toCompletableFuture()
                                        .get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CaptureException.class)
                .hasMessageContaining("ended without an image");
    }
}
