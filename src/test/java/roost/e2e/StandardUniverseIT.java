// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs of the standard universe, preempted by every way there is: each ends with the digest and the
 * output of an undisturbed run, to the byte. {@code -Dseed=N} repeats a run.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StandardUniverseIT {
    private static final int STEP = 20;

    /** CHECKPOINTS_KEPT, by default. */
    private static final int KEPT = 2;

    @TempDir Path directory;

    /** How a job loses its slot. */
    private enum Way {
        VACATE_JOB,
        VACATE_SLOT,
        VACATE_FAST,
        HOLD_AND_RELEASE,
        JOB_KILLED,
        JOB_SIGNALLED,
        COD_POLICY,
        DISK_FULL,
        NODE_KILLED,
        NODE_STOPPED,
        MACHINE_RESTARTED
    }

    @Test
    void aJobThatIsCheckpointedAndVacatedGoesOnAndAllOfItIsSeen() throws IOException {
        try (TestNode node = TestNode.in(directory).start();
                ApiConnection events = new ApiConnection(node.socket())) {
            events.send("GET /v1/events HTTP/1.1\r\nHost: roost\r\n\r\n");
            awaitLine(events, ": listening");
            DigestJob job = DigestJob.submit(node, "job", 60);
            job.compute(20);
            assertThat(node.must("condor_ckpt", "-wait")).contains("image 1, ", "paused ");
            assertThat(awaitEvent(events, "ImageTaken")).contains("\"generation\":1");
            job.compute(40);
            node.must("condor_vacate_job", job.id());
            job.awaitAnotherStart();
            assertThat(awaitEvent(events, "ImageTaken")).contains("\"generation\":2");
            assertThat(awaitEvent(events, "JobEvicted")).contains("\"checkpointed\":true");
            assertThat(job.log()).contains("\t(1) Job was checkpointed.\n");
            assertThat(node.must("condor_q", "-ckpt")).contains("2 images of 1 jobs");
            for (String image : imagesOf(node)) {
                assertThat(node.must("roost-image", "-verify", "-explain", image))
                        .contains("digest");
            }
            assertThat(metricsOf(node))
                    .containsPattern("\nroost_images_total 2\\n")
                    .containsPattern("\nroost_image_bytes_total [1-9]")
                    .containsPattern("\nroost_image_pause_seconds_total [0-9.]*[1-9]")
                    .containsPattern("\nroost_work_saved_seconds_total [0-9.]*[1-9]")
                    .containsPattern("\nroost_work_lost_seconds_total 0");
            job.finish();
            assertThat(job.story())
                    .containsExactly("000", "001", "006", "003", "006", "004", "001", "005");
        }
    }

    @Test
    void aProgramThatCondorCompileLinkedGoesOnAsWell() throws IOException {
        try (TestNode node = TestNode.in(directory).start()) {
            Path source = Path.of(System.getProperty("basedir"), "c/digest.c");
            Path program = node.work().resolve("relinked");
            node.must("condor_compile", "gcc", "-o", program.toString(), source.toString());
            DigestJob job = DigestJob.submit(node, "job", program, 60);
            job.compute(20);
            node.must("condor_vacate_job", job.id());
            job.awaitAnotherStart();
            job.compute(40);
            job.finish();
        }
    }

    private static List<String> imagesOf(TestNode node) throws IOException {
        try (Stream<Path> files = Files.walk(node.localDir().resolve("spool"))) {
            return files.map(Path::toString)
                    .filter(name -> name.matches(".*/image\\.\\d+"))
                    .toList();
        }
    }

    private static String metricsOf(TestNode node) throws IOException {
        try (ApiConnection api = new ApiConnection(node.socket())) {
            return api.get("/metrics").body();
        }
    }

    /** What the next event of this kind says. */
    private static String awaitEvent(ApiConnection events, String kind) throws IOException {
        awaitLine(events, "event: " + kind);
        return events.line();
    }

    /** The next line that contains this; the class's time limit ends a wait in vain. */
    private static void awaitLine(ApiConnection events, String text) throws IOException {
        while (!events.line().contains(text)) {
            continue;
        }
    }

    @Test
    void aProgramPreemptedTwentyTimesByEveryWayEndsAsIfNothingHadHappened() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("StandardUniverseIT -Dseed=" + seed);
        List<Way> ways = new ArrayList<>(List.of(Way.values()));
        ways.addAll(ways);
        Collections.shuffle(ways, new Random(seed));
        Path images = directory.resolve("images");
        try (SmallDisk disk = SmallDisk.mount(images, "32m");
                TestNode node =
                        TestNode.in(
                                        directory,
                                        "NUM_SLOTS = 1",
                                        "CHECKPOINT_DIR = " + images,
                                        "COD_SUSPENDED_JOB_MAX_MEMORY = 0")
                                .start()) {
            DigestJob job = DigestJob.submit(node, "job", (ways.size() + 2) * STEP);
            int safe = 0;
            int round = 0;
            for (Way way : ways) {
                round += STEP;
                job.compute(round);
                if (losesWork(way)) {
                    job.checkpoint();
                    safe = round;
                }
                job.allow(round + STEP / 2);
                System.out.println(way + " at round " + job.round());
                if (way == Way.DISK_FULL) {
                    preemptOnFullDisk(node, job, disk);
                } else {
                    preempt(node, job, way);
                }
                assertThat(job.round()).as("rounds after %s", way).isGreaterThanOrEqualTo(safe);
            }
            job.finish();
            job.assertNoOtherStarts();
        }
    }

    private static boolean losesWork(Way way) {
        return switch (way) {
            case VACATE_FAST, JOB_KILLED, DISK_FULL, MACHINE_RESTARTED -> true;
            case VACATE_JOB,
                    VACATE_SLOT,
                    HOLD_AND_RELEASE,
                    JOB_SIGNALLED,
                    COD_POLICY,
                    NODE_KILLED,
                    NODE_STOPPED ->
                    false;
        };
    }

    private static void preempt(TestNode node, DigestJob job, Way way) throws IOException {
        long evictions = job.events("004");
        long pid = job.pid();
        switch (way) {
            case VACATE_JOB -> node.must("condor_vacate_job", job.id());
            case VACATE_SLOT -> node.must("condor_vacate");
            case VACATE_FAST -> node.must("condor_vacate_job", "-fast", job.id());
            case HOLD_AND_RELEASE -> {
                node.must("condor_hold", job.id());
                node.must("condor_release", job.id());
            }
            case JOB_KILLED -> ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            case JOB_SIGNALLED -> Kernel.signal("TSTP", pid);
            case COD_POLICY -> {
                // The COD job has the slot until the batch job is off it, image and all.
                String claim = node.claim();
                Jobs.activate(node, claim);
                Await.until("the job has left", () -> job.events("004") > evictions);
                node.must("condor_cod", "release", "-fast", "-id", claim);
            }
            case DISK_FULL -> throw new IllegalArgumentException("needs a disk");
            case NODE_KILLED -> {
                node.kill();
                node.start();
                assertThat(job.pid()).isEqualTo(pid);
                return;
            }
            case NODE_STOPPED -> {
                node.must("roost", "stop");
                assertThat(job.processes()).isEmpty();
                node.start();
            }
            case MACHINE_RESTARTED -> {
                List<Long> all = new ArrayList<>(Kernel.withArgument(starters(node)));
                all.addAll(job.processes());
                node.kill();
                all.forEach(one -> ProcessHandle.of(one).ifPresent(ProcessHandle::destroyForcibly));
                Await.until("all is gone", () -> all.stream().allMatch(Kernel::gone));
                node.start();
            }
        }
        job.awaitAnotherStart();
    }

    /** An image that cannot be written changes nothing; a job that must go goes without one. */
    private static void preemptOnFullDisk(TestNode node, DigestJob job, SmallDisk disk)
            throws IOException {
        long pid = job.pid();
        if (!disk.isSmall()) {
            return;
        }
        // What is deleted after the disk was filled would make room for one more.
        Await.until("older images are deleted", () -> disk.count("image.*") <= KEPT);
        disk.fill();
        try {
            TestNode.Outcome outcome = node.run("condor_checkpoint", "-wait");
            assertThat(outcome.status()).as("an image on a full disk").isEqualTo(1);
            assertThat(outcome.err()).contains("no image: ");
            assertThat(job.pid()).as("%s%s", outcome.err(), job.log()).isEqualTo(pid);
            node.must("condor_vacate", "-wait");
        } finally {
            disk.empty();
        }
        job.awaitAnotherStart();
    }

    private static String starters(TestNode node) {
        return node.localDir().resolve("run/starters").toString();
    }
}
