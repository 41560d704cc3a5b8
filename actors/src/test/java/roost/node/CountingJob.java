// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import roost.classad.ClassAd;

/**
 * A shell that counts as far as the file {@code gate} says and prints a running digest of its
 * counting, so that a step that was left out or done twice shows in every line after it.
 */
final class CountingJob {
    static final int LAST = 900;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;

    CountingJob(Path directory) throws IOException {
        this.directory = directory;
        gate(100);
    }

    ClassAd ad(int universe) {
        return ad(universe, "i=0; d=0; ", "");
    }

    /** It keeps its count in the file {@code state} and ends at each hundred to be checkpointed. */
    ClassAd checkpointingItself() {
        return ad(
                        5,
                        "i=0; d=0; [ -f state ] && read i d < state; trap \"exit 85\" TERM; ",
                        " echo $i $d > state; [ $((i%100)) = 0 ] && exit 85;")
                .toBuilder()
                .putInt("SuccessCheckpointExitCode", 85)
                .putBool("WantFTOnCheckpoint", true)
                .put("TransferCheckpoint", "state")
                .build();
    }

    private ClassAd ad(int universe, String before, String afterEach) {
        String script =
                before
                        + "while [ $i -lt "
                        + LAST
                        + " ]; do read g < "
                        + directory.resolve("gate")
                        + "; if [ $i -lt $g ]; then i=$((i+1)); d=$(((d*31+i)%1000003));"
                        + " echo $i $d;"
                        + afterEach
                        + " fi; done; exit 0";
        return ClassAd.builder()
                .put("Cmd", "/bin/sh")
                .put("Arguments", "-c '" + script + "'")
                .put("Out", "out")
                .put("Err", "err")
                .put("UserLog", directory.resolve("job.log").toString())
                .put("Iwd", directory.toString())
                .putInt("JobUniverse", universe)
                .putExpr("Requirements", "true")
                .build();
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("job.log"));
    }

    void gate(int step) throws IOException {
        Path next = directory.resolve("gate.next");
        Files.writeString(next, step + "\n");
        Files.move(next, directory.resolve("gate"), StandardCopyOption.ATOMIC_MOVE);
    }

    int step() throws IOException {
        Path out = directory.resolve("out");
        if (!Files.exists(out)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(out)) {
            return (int) lines.count();
        }
    }

    /** Lets it count further and waits until it has. */
    void goOnTo(int step) throws IOException {
        gate(step);
        await().atMost(PATIENCE).until(() -> step() >= step);
    }

    /** Its output as an undisturbed run would have made it. */
    void assertOutputIsWhole() throws IOException {
        long digest = 0;
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= LAST; i++) {
            digest = (digest * 31 + i) % 1_000_003;
            expected.append(i).append(' ').append(digest).append('\n');
        }
        assertThat(Files.readString(directory.resolve("out"))).isEqualTo(expected.toString());
    }

    /** Its processes; there should never be more than one. */
    List<Long> processes() {
        return Processes.with(directory.resolve("gate").toString());
    }

    /** The living starters of a node whose directory this is. */
    static List<Long> starters(Path node) {
        return Processes.with(node + "/", "starter");
    }

    static void kill(List<Long> processes) {
        assertThat(processes).isNotEmpty();
        for (long pid : processes) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        await().atMost(PATIENCE)
                .until(
                        () ->
                                processes.stream()
                                        .allMatch(pid -> Processes.commandLine(pid).isEmpty()));
    }
}
