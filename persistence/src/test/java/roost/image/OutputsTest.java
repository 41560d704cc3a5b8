// SPDX-License-Identifier: Apache-2.0
package roost.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.capture.OpenFile;
import roost.image.Outputs.FileNote;
import roost.image.Outputs.Rollback;
import roost.posix.Accounts;
import roost.posix.Posix;

@Timeout(30)
class OutputsTest {
    private static final int WRITE = 1;
    private static final int APPEND = 02001;

    @TempDir Path directory;
    private Path output;
    private OpenFile atCheckpoint;

    @BeforeEach
    void tenBytesWereThereAtTheCheckpoint() throws IOException {
        output = Files.writeString(directory.resolve("out"), "0123456789");
        atCheckpoint = opened(APPEND);
    }

    private OpenFile opened(int flags) throws IOException {
        return new OpenFile(
                1,
                OpenFile.Kind.FILE,
                output.toString(),
                flags,
                10,
                10,
                0,
                (long) Files.getAttribute(output, "unix:ino"),
                0100644);
    }

    private void append(String text) throws IOException {
        Files.writeString(output, text, StandardOpenOption.APPEND);
    }

    private List<FileNote> now() throws IOException {
        return Outputs.notes(List.of(atCheckpoint), Optional.empty());
    }

    private Rollback plan(List<FileNote> lastEnd) throws IOException {
        return Outputs.plan(List.of(atCheckpoint), now(), lastEnd);
    }

    @Test
    void whatALostRunAppendedIsCutOff() throws IOException {
        append("lost");
        List<FileNote> lastEnd = now();

        Rollback rollback = plan(lastEnd);
        Outputs.apply(rollback, Optional.empty());

        assertThat(rollback.problems()).isEmpty();
        assertThat(output).hasContent("0123456789");
        assertThat(plan(lastEnd)).as("a start that failed in between").isEqualTo(nothing());
    }

    private static Rollback nothing() {
        return new Rollback(List.of(), List.of());
    }

    @Test
    void aRunThatDiedWithItsNodeIsCutOffAsWell() throws IOException {
        append("lost");
        Outputs.apply(plan(List.of()), Optional.empty());
        assertThat(output).hasContent("0123456789");
    }

    @Test
    void aFileOpenedForWritingKeepsWhatItHadAtTheCheckpoint() throws IOException {
        atCheckpoint = opened(WRITE);
        append("a longer line than the one that comes instead");
        Outputs.apply(plan(now()), Optional.empty());
        assertThat(output).hasContent("0123456789");
    }

    @Test
    void aFileAsItWasIsLeftAlone() throws IOException {
        assertThat(plan(now())).isEqualTo(nothing());
        assertThat(plan(List.of())).isEqualTo(nothing());
    }

    @Test
    void aFileThatSomebodyAppendedToAfterTheRunIsAProblem() throws IOException {
        List<FileNote> lastEnd = now();
        append("somebody else's line");

        Rollback rollback = plan(lastEnd);

        assertThat(rollback.cuts()).isEmpty();
        assertThat(rollback.problems())
                .containsExactly(
                        output
                                + ", which the job was writing, was changed by somebody else since"
                                + " the job last ran; restore it and release the job, or remove the"
                                + " job and submit it again");
    }

    @Test
    void aFileThatSomebodyWroteOverWithTheSameLengthIsAProblem() throws IOException {
        List<FileNote> lastEnd = now();
        Files.writeString(output, "9876543210", StandardOpenOption.WRITE);
        Files.setLastModifiedTime(output, FileTime.from(Instant.now().plusSeconds(7)));
        assertThat(plan(lastEnd).problems()).hasSize(1);
    }

    @Test
    void aFileThatIsShorterAnotherOrGoneIsAProblem() throws IOException {
        Files.writeString(output, "0123");
        assertThat(plan(List.of()).problems().get(0))
                .contains("has only 4 bytes of the 10 it had at the checkpoint");

        Path other = Files.writeString(directory.resolve("other"), "0123456789");
        Files.delete(output);
        Files.move(other, output);
        assertThat(plan(List.of()).problems().get(0)).contains("was replaced by another file");

        Files.delete(output);
        assertThat(plan(List.of()).problems().get(0)).contains("is gone; put it back");

        Files.createDirectory(output);
        assertThat(plan(List.of()).problems().get(0)).contains("is gone; put it back");
    }

    @Test
    void aFileThatIsReplacedBetweenThePlanAndTheCutIsNotTouched() throws Exception {
        append("lost");
        Rollback rollback = plan(List.of());
        Files.delete(output);
        new ProcessBuilder("mkfifo", output.toString()).start().onExit().join();
        assertThatThrownBy(() -> Outputs.apply(rollback, Optional.empty()))
                .hasMessageContaining("was replaced");
        Files.delete(output);
        Files.writeString(output, "somebody else's, and longer");
        if ((long) Files.getAttribute(output, "unix:ino") != atCheckpoint.inode()) {
            assertThatThrownBy(() -> Outputs.apply(rollback, Optional.empty()))
                    .hasMessageContaining("was replaced");
            assertThat(output).hasContent("somebody else's, and longer");
        }
    }

    @Test
    void nothingIsCutThatTheJobsOwnerMayNotWrite() throws Exception {
        Assumptions.assumeTrue(Posix.isSuperuser());
        Accounts.Account nobody = Accounts.byName("nobody").orElseThrow();
        append("root's");
        Rollback rollback = plan(List.of());
        Files.setAttribute(directory, "unix:mode", 0755); // JUnit's is 0700
        assertThatThrownBy(() -> Outputs.apply(rollback, Optional.of(nobody)))
                .isInstanceOf(IOException.class);
        assertThat(output).hasContent("0123456789root's");

        Posix.giveTo(output, nobody.uid(), nobody.gid());
        assertThat(Outputs.notes(List.of(atCheckpoint), Optional.of(nobody))).hasSize(1);
        Outputs.apply(rollback, Optional.of(nobody));
        assertThat(output).hasContent("0123456789");
    }

    @Test
    void anImageNamesTheFilesThatWereWritten() throws Exception {
        Path image = directory.resolve("live");
        try (CheckpointedProgram program = CheckpointedProgram.start(image, output)) {
            program.capture();
        }
        assertThat(Outputs.written(image))
                .singleElement()
                .satisfies(
                        file -> {
                            assertThat(file.path()).isEqualTo(output.toString());
                            assertThat(file.appending()).isTrue();
                            assertThat(file.inode()).isEqualTo(atCheckpoint.inode());
                            assertThat(file.size()).isEqualTo(10);
                        });
    }
}
