// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.capture.CaptureEngine.After;
import roost.posix.ProcessIdentity;

/** CRIU itself is played by a shell script: what is tested is how it is called and believed. */
@Timeout(30)
class CriuEngineTest {
    @TempDir Path dir;

    private CriuEngine criu(String script) throws IOException {
        Path program = dir.resolve("criu");
        Files.writeString(program, "#!/bin/sh\necho \"$@\" >>" + dir + "/calls\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new CriuEngine(program);
    }

    private static final String DUMPS = "[ $1 = dump ] && echo data >\"$5/inventory.img\"; exit 0";

    @Test
    void isUsableOnlyIfItsOwnCheckPasses() throws IOException {
        assertThat(criu("exit 0").check().possible()).isTrue();
        assertThat(criu("echo no caps; exit 1").check().reason()).contains("no caps");
        assertThat(new CriuEngine(dir.resolve("absent")).check().possible()).isFalse();
    }

    @Test
    void aDumpTakesThePlaceOfTheOneBefore() throws Exception {
        Path image = dir.resolve("image");
        Files.createDirectory(image);
        Files.writeString(image.resolve("old"), "x");

        CaptureEngine.Captured captured =
                criu(DUMPS)
                        .capture(
                                ProcessIdentity.self(),
                                image,
                                After.CONTINUE,
                                Duration.ofSeconds(10))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);

        assertThat(captured.description().bytes()).isEqualTo(5);
        assertThat(image.resolve("old")).doesNotExist();
        assertThat(Files.list(dir).map(p -> p.getFileName().toString()))
                .containsExactlyInAnyOrder("image", "criu", "calls");
        assertThat(Files.readString(dir.resolve("calls"))).contains("--leave-running");
    }

    @Test
    void aFailedDumpLeavesTheOneBefore() throws IOException {
        Path image = dir.resolve("image");
        Files.createDirectory(image);
        Files.writeString(image.resolve("inventory.img"), "x");
        CriuEngine engine = criu("echo cannot; exit 1");

        assertThatThrownBy(
                        () ->
                                engine.capture(
                                                ProcessIdentity.self(),
                                                image,
                                                After.EXIT,
                                                Duration.ofSeconds(10))
                                        .toCompletableFuture()
                                        .get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CaptureException.class)
                .hasMessageContaining("cannot");
        assertThat(engine.describe(image).bytes()).isEqualTo(1);
    }

    @Test
    void anInterruptedReplacementFallsBackToTheOneBefore() throws IOException {
        Path old = dir.resolve("image.old");
        Files.createDirectory(old);
        Files.writeString(old.resolve("inventory.img"), "xyz");
        CriuEngine engine = criu("exit 0");

        assertThat(engine.describe(dir.resolve("image")).bytes()).isEqualTo(3);
        assertThat(engine.restart(dir.resolve("image"), Map.of()).command())
                .contains("restore", old.toString());
    }
}
