// SPDX-License-Identifier: Apache-2.0
package roost.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that are files of the job. */
@Timeout(30)
class FileCheckpointsTest {
    @TempDir Path root;
    private Path job;
    private Path store;
    private FileCheckpoints checkpoints;

    @BeforeEach
    void aJobWithAState() throws IOException {
        job = Files.createDirectories(root.resolve("job/sub"));
        job = job.getParent();
        store = Files.createDirectory(root.resolve("store"));
        checkpoints = new FileCheckpoints(store, Optional.empty());
        state("one");
        Files.writeString(job.resolve("sub/more with blanks"), "more");
        Files.writeString(job.resolve("out"), "line 1\n");
    }

    private void state(String text) throws IOException {
        Files.writeString(job.resolve("state"), text);
    }

    private String state() throws IOException {
        return Files.readString(job.resolve("state"));
    }

    private int save(int next) throws IOException {
        return checkpoints
                .save(next, job, List.of("state", "sub"), List.of(job.resolve("out")))
                .number();
    }

    private List<String> stored() throws IOException {
        try (var entries = Files.list(store)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theFilesComeBackAsTheyWereAndOutputIsCutBack() throws IOException {
        Files.setPosixFilePermissions(
                job.resolve("state"), PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(save(1)).isEqualTo(1);
        state("later");
        Files.delete(job.resolve("sub/more with blanks"));
        Files.writeString(job.resolve("out"), "line 1\nline 2\n");
        assertThat(checkpoints.restore(job))
                .isEqualTo(new FileCheckpoints.Restored(Optional.of(1), List.of()));
        assertThat(state()).isEqualTo("one");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(job.resolve("state"))))
                .isEqualTo("rwxr-x---");
        assertThat(job.resolve("sub/more with blanks")).hasContent("more");
        assertThat(job.resolve("out")).hasContent("line 1");
    }

    @Test
    void aJobThatNeverMadeOneHasNothingToGoOnFrom() throws IOException {
        assertThat(checkpoints.restore(job).number()).isEmpty();
        FileCheckpoints noDirectory =
                new FileCheckpoints(root.resolve("nowhere"), Optional.empty());
        assertThat(noDirectory.restore(job).number()).isEmpty();
    }

    @Test
    void theNewestTwoAreKept() throws IOException {
        for (int i = 1; i <= 4; i++) {
            state("state " + i);
            save(i);
        }
        assertThat(stored()).containsExactly("files.0003", "files.0004");
        checkpoints.restore(job);
        assertThat(state()).isEqualTo("state 4");
    }

    @Test
    void aDamagedOneGivesWayToTheOneBefore() throws IOException {
        for (String damaged : List.of("0", "MANIFEST")) {
            state("good");
            int good = save(1);
            state("newest");
            int newest = save(1);
            Files.writeString(store.resolve(String.format("files.%04d/%s", newest, damaged)), "x");
            FileCheckpoints.Restored restored = checkpoints.restore(job);
            assertThat(restored.number()).contains(good);
            assertThat(restored.damaged())
                    .singleElement()
                    .satisfies(why -> assertThat(why).startsWith("checkpoint " + newest + ": "));
            assertThat(state()).isEqualTo("good");
        }
    }

    @Test
    void aNumberIsNeverGivenTwice() throws IOException {
        assertThat(save(1)).isEqualTo(1);
        assertThat(save(1)).isEqualTo(2);
        assertThat(save(7)).isEqualTo(7);
    }

    @Test
    void whatAKilledNodeLeftHalfDoneIsNoCheckpoint() throws IOException {
        save(1);
        Files.createDirectory(store.resolve("files.tmp"));
        Files.writeString(store.resolve("files.tmp/0"), "half");
        state("later");
        checkpoints.restore(job);
        assertThat(state()).isEqualTo("one");
        save(2);
        assertThat(stored()).containsExactly("files.0001", "files.0002");
    }

    @Test
    void anEmptyListKeepsNothingButTheLengthOfTheOutput() throws IOException {
        assertThat(checkpoints.save(1, job, List.of(), List.of(job.resolve("out"))).bytes())
                .isZero();
        Files.writeString(job.resolve("out"), "line 1\nline 2\n");
        state("kept as it is");
        checkpoints.restore(job);
        assertThat(job.resolve("out")).hasContent("line 1");
        assertThat(state()).isEqualTo("kept as it is");
    }

    @Test
    void aFileThatIsMissingOrOutsideFailsTheCheckpointAndLeavesTheOneBefore() throws IOException {
        save(1);
        for (String name : List.of("missing", "../store", "/etc/passwd", ".")) {
            assertThatThrownBy(() -> checkpoints.save(2, job, List.of(name), List.of()))
                    .isInstanceOf(IOException.class);
        }
        assertThat(checkpoints.restore(job).number()).contains(1);
    }
}
