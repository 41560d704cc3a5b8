// SPDX-License-Identifier: Apache-2.0
package roost.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.capture.HostFacts;
import roost.capture.ImageException;
import roost.id.JobId;
import roost.posix.Posix;

/** Real images of a real program. */
@Timeout(60)
class JobImagesTest {
    private static final JobId JOB = new JobId(12, 3);
    private static final JobImages.Origin ORIGIN =
            new JobImages.Origin("because of the test", Duration.ofMillis(7), "library");

    @TempDir Path directory;
    private ImageStore store;
    private JobImages images;
    private CheckpointedProgram program;
    private final List<ImageRecord> journal = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        store = new ImageStore(directory);
        images = store.of(JOB);
        images.prepare(Optional.empty());
        program = CheckpointedProgram.start(images.live());
    }

    @AfterEach
    void end() throws IOException {
        program.close();
    }

    private ImageRecord commit() throws Exception {
        program.capture();
        ImageRecord image = images.adopt(journal.size() + 1, ORIGIN).orElseThrow();
        journal.add(image);
        return image;
    }

    /** A store that has seen nothing being written, as after a start of the node. */
    private JobImages afterRestart() {
        return new ImageStore(directory).of(JOB);
    }

    private static void spoil(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2 / 4096 * 4096);
            int old = bytes.read();
            bytes.seek(bytes.getFilePointer() - 1);
            bytes.write(old ^ 1);
        }
    }

    @Test
    void anImageIsKeptWhereHtcondorsUsersLookForIt() throws Exception {
        commit();
        assertThat(directory.resolve("12/3/cluster12.proc3.subproc0/image.1")).isRegularFile();
        assertThat(Files.getPosixFilePermissions(images.directory()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(new ImageStore(directory).of(new JobId(20_012, 10_003)).directory())
                .isEqualTo(directory.resolve("12/3/cluster20012.proc10003.subproc0"));
    }

    @Test
    void aRecordSaysWhatTheJournalNeedsToKnow() throws Exception {
        ImageRecord image = commit();
        assertThat(image.generation()).isEqualTo(1);
        assertThat(image.bytes()).isEqualTo(Files.size(images.generation(1)));
        assertThat(image.host()).isEqualTo(hostOf(image));
        assertThat(image.program()).endsWith("/cat");
        assertThat(image.programDigest()).matches("[0-9]+:[0-9a-f]{8}");
        assertThat(image.tookMillis()).isEqualTo(7);
        assertThat(image.pauseMicros()).isPositive();
        assertThat(image.reason()).isEqualTo("because of the test");
        assertThat(images.obstacles(image, HostFacts.current())).isEmpty();
    }

    private static HostFacts hostOf(ImageRecord image) throws IOException {
        HostFacts here = HostFacts.current();
        return new HostFacts(
                here.host(),
                here.kernel(),
                here.machine(),
                image.host().cpu(),
                image.host().cpuFeatures(),
                image.host().vectorState());
    }

    @Test
    void anImageIsAdoptedOnce() throws Exception {
        commit();
        assertThat(images.adopt(2, ORIGIN)).isEmpty();
        assertThat(images.generations()).containsExactly(1);
    }

    @Test
    void aJobWithoutAnImageHasNothingToAdoptOrToChoose() throws Exception {
        assertThat(images.adopt(1, ORIGIN)).isEmpty();
        assertThat(images.choose(List.of()))
                .isEqualTo(new JobImages.Choice(Optional.empty(), List.of()));
    }

    @Test
    void anAdoptionThatWasNeverJournaledIsFoundAgain() throws Exception {
        program.capture();
        ImageRecord lost = images.adopt(1, ORIGIN).orElseThrow();
        assertThat(images.adopt(1, ORIGIN)).contains(lost);
    }

    @Test
    void anImageThatCouldNotBeLinkedIsStillThereAndIsAdoptedTheNextTime() throws Exception {
        ImageRecord first = commit();
        program.capture();
        Path rubbish = Files.createDirectories(images.directory().resolve("next.tmp/rubbish"));
        assertThatThrownBy(() -> images.adopt(2, ORIGIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("next.tmp");
        assertThat(images.generations()).containsExactly(1);

        Files.delete(rubbish);
        ImageRecord second = afterRestart().adopt(2, ORIGIN).orElseThrow();
        assertThat(second.digest()).isNotEqualTo(first.digest());
        assertThat(afterRestart().choose(List.of(first, second)).image()).contains(second);
    }

    @Test
    void aNumberThatIsTakenByAnUnjournaledImageIsNotGivenAgain() throws Exception {
        program.capture();
        images.adopt(1, ORIGIN);
        program.capture();
        assertThat(images.adopt(1, ORIGIN).orElseThrow().generation()).isEqualTo(2);
    }

    @Test
    void theNewestWholeImageIsChosenAndTheDamagedOneNamed() throws Exception {
        commit();
        ImageRecord second = commit();
        commit();
        spoil(images.generation(3));

        JobImages.Choice choice = afterRestart().choose(journal);

        assertThat(choice.image()).contains(second);
        assertThat(choice.damaged()).hasSize(1);
        assertThat(choice.damaged().get(0).generation()).isEqualTo(3);
        assertThat(choice.damaged().get(0).why()).startsWith("damaged: ");
        // The node that saw it written notices as well, because the file was written to since.
        assertThat(images.choose(journal)).isEqualTo(choice);
    }

    @Test
    void anImageThatIsGoneCutOrAnotherIsPassedOver() throws Exception {
        ImageRecord first = commit();
        commit();
        commit();
        commit();
        Files.delete(images.generation(4));
        try (RandomAccessFile file = new RandomAccessFile(images.generation(3).toFile(), "rw")) {
            file.setLength(file.length() - 4096);
        }
        Files.delete(images.generation(2));
        Files.createLink(images.generation(2), images.generation(1));

        JobImages.Choice choice = images.choose(journal);

        assertThat(choice.image()).contains(first);
        assertThat(choice.damaged())
                .extracting(JobImages.Damaged::why)
                .containsExactly(
                        "it is gone",
                        "not complete: it was truncated or never finished",
                        "it is not the image that was taken");
    }

    @Test
    void aProgramGoesOnFromTheGenerationThatWasMadeLive() throws Exception {
        commit();
        commit();
        program.close();

        images.makeLive(1);
        images.makeLive(1);
        program = CheckpointedProgram.restart(images.live());

        assertThat(program.answers()).isTrue();
        assertThat(commit().generation()).isEqualTo(3);
        assertThat(names()).containsExactly("image.1", "image.2", "image.3", "live");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(images.directory())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void pruningLeavesWhatIsKeptAndWhatTheJournalDoesNotKnowYet() throws Exception {
        for (int i = 0; i < 4; i++) {
            commit();
        }
        images.prune(Retention.kept(journal.subList(0, 3), 2));
        assertThat(images.generations()).containsExactly(2, 3, 4);
        images.prune(List.of());
        assertThat(images.generations()).containsExactly(2, 3, 4);
    }

    @Test
    void aJobThatLeavesTakesEverythingAlong() throws Exception {
        commit();
        Files.createDirectories(images.directory().resolve("deep/er"));
        Files.createFile(images.directory().resolve("deep/er/file"));
        JobImages neighbour = store.of(new JobId(12, 4));
        neighbour.prepare(Optional.empty());

        assertThat(images.remove()).isTrue();
        assertThat(images.remove()).isFalse();
        assertThat(directory.resolve("12/3")).doesNotExist();
        assertThat(neighbour.directory()).isDirectory();
    }

    @Test
    void theSweepRemovesOrphansAndNothingElse() throws Exception {
        commit();
        JobImages orphan = store.of(new JobId(40_007, 0));
        orphan.prepare(Optional.empty());
        Path[] others = {
            Files.createDirectories(directory.resolve("journal/leveldb")),
            Files.createDirectories(directory.resolve("7/0/mine")),
            Files.createDirectories(directory.resolve("8/0/cluster7.proc0.subproc0")),
            Files.createFile(directory.resolve("port"))
        };

        List<String> report = store.sweep(JOB::equals);

        assertThat(report)
                .containsExactly(
                        "removed " + orphan.directory() + ": job 40007.0 is not in the queue");
        assertThat(orphan.directory()).doesNotExist();
        assertThat(orphan.lock()).doesNotExist();
        assertThat(images.generation(1)).exists();
        assertThat(others).allMatch(Files::exists);
        assertThat(store.sweep(JOB::equals)).isEmpty();
    }

    @Test
    void whatAUserPutsInAnImagesPlaceIsNotUsed() throws Exception {
        ImageRecord first = commit();
        Path secret = Files.writeString(directory.resolve("secret"), "not yours");
        Files.delete(images.live());
        Files.createSymbolicLink(images.live(), secret);
        assertThatThrownBy(() -> images.adopt(2, ORIGIN))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("not a file of the job's owner");

        Files.delete(images.live());
        Files.writeString(images.live(), "x".repeat(10_000));
        assertThatThrownBy(() -> images.adopt(2, ORIGIN)).hasMessage("not a checkpoint image");

        Files.createSymbolicLink(images.generation(3), images.generation(1));
        new ProcessBuilder("mkfifo", images.generation(2).toString()).start().onExit().join();
        assertThat(images.choose(journal).image()).contains(first);
        images.remove();
        assertThat(secret).hasContent("not yours");
    }

    @Test
    void aDirectoryThatIsALinkOrSomebodyElsesIsRefused() throws Exception {
        JobImages linked = store.of(new JobId(1, 1));
        Files.createDirectories(linked.directory().getParent());
        Files.createSymbolicLink(linked.directory(), images.directory());
        assertThatThrownBy(() -> linked.prepare(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cluster1.proc1.subproc0");
        linked.remove();
        assertThat(images.directory()).isDirectory();

        Assumptions.assumeTrue(Posix.isSuperuser());
        Posix.giveTo(images.directory(), 12_345, 12_345);
        assertThatThrownBy(() -> images.prepare(Optional.empty()))
                .hasMessageEndingWith("belongs to user 12345 and not to the job's owner");
        assertThatThrownBy(
                        () -> {
                            program.capture();
                            images.adopt(1, ORIGIN);
                        })
                .hasMessageContaining("not a file of the job's owner");
    }

    @Test
    void aDirectoryThatIsGoneIsMadeAgain() throws Exception {
        images.remove();
        images.prepare(Optional.empty());
        images.prepare(Optional.empty());
        assertThat(Files.isDirectory(images.directory(), LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(images.mayRun()).isFalse();
    }
}
