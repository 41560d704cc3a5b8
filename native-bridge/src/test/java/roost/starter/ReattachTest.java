// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static roost.starter.StarterFixture.await;
import static roost.starter.StarterFixture.get;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.posix.Posix;
import roost.posix.ProcessIdentity;
import roost.posix.Signals;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReattachTest {
    private static final StarterListener NOBODY = (connection, event) -> {};

    @TempDir Path temp;
    StarterFixture node;

    @BeforeEach
    void begin() throws Exception {
        node = new StarterFixture(temp);
    }

    @AfterEach
    void end() throws Exception {
        node.close();
    }

    private Reattach.Result attach(Path directory, StarterListener listener) throws Exception {
        return get(new Reattach(node.reactor).attach(directory, listener));
    }

    @Test
    void theSameProcessIsFoundAndCanBeTalkedTo() throws Exception {
        var job =
                node.run("trap 'exit 3' TERM; touch ready; while :; do sleep 1000 & wait $!; done");
        await("ready", () -> Files.exists(job.directory.resolve("ready")));
        job.connection.close();

        var found = (Reattach.Result.Connected) attach(job.directory, (c, e) -> job.events.add(e));

        assertThat(found.status().job()).contains(job.started.job());
        get(found.connection().terminate());
        assertThat(job.awaitExit().exitCode()).hasValue(3);
        get(found.connection().acknowledgeExit());
        await(
                "the starter ends",
                () ->
                        ProcessIdentity.of(found.status().starterPid())
                                .filter(ProcessIdentity::isAlive)
                                .isEmpty());
        assertThat(attach(job.directory, NOBODY)).isInstanceOf(Reattach.Result.Finished.class);
    }

    @Test
    void aJobThatEndedMeanwhileLeftItsRecord() throws Exception {
        var job = node.run("exit 9");
        assertThat(job.awaitExit().exitCode()).hasValue(9);
        job.connection.close();

        var found = (Reattach.Result.Finished) attach(job.directory, NOBODY);

        assertThat(found.exit().exitCode()).hasValue(9);
    }

    @Test
    void aStoppedJobIsFoundStopped() throws Exception {
        var job = node.run("exec sleep 1000");
        get(job.connection.stop());
        job.connection.close();

        var found = (Reattach.Result.Connected) attach(job.directory, (c, e) -> job.events.add(e));

        assertThat(found.status().stopped()).isTrue();
        get(found.connection().killFamily());
        job.awaitExit();
    }

    @Test
    void aJobNobodyEverStartedCanNeverStartAfterItWasGivenUp() throws Exception {
        Path directory = node.newDirectory();
        assertThat(attach(directory, NOBODY))
                .isEqualTo(new Reattach.Result.Gone("the job was never started"));
        assertThat(attach(directory, NOBODY))
                .isEqualTo(new Reattach.Result.Gone("the job was never started"));

        var connection = get(node.launcher.start());
        var spec = node.shell(directory, "touch ran").build();
        assertThatThrownBy(() -> get(connection.launch(spec, NOBODY)))
                .isInstanceOf(StarterException.class)
                .hasMessageContaining("given up");
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void whatAKilledStarterLeavesBehindIsKilled() throws Exception {
        var job = node.run("sleep 1000 & echo $! > child; wait", spec -> spec.useCgroup(false));
        await("the child", () -> size(job.directory.resolve("child")) > 0);
        var child = ProcessIdentity.of(Long.parseLong(job.read("child").strip())).orElseThrow();
        long starter = get(job.connection.status()).starterPid();
        Posix.kill(ProcessIdentity.of(starter).orElseThrow(), Signals.KILL);
        job.awaitEvent(StarterEvent.Lost.class);
        await("the main process ends with its starter", () -> !job.started.job().isAlive());
        assertThat(child.isAlive()).isTrue();

        var found = attach(job.directory, NOBODY);

        assertThat(found).isInstanceOf(Reattach.Result.Gone.class);
        await("the child is killed", () -> !child.isAlive());
    }

    @Test
    void aJobWhoseDirectoryWasRemovedIsFoundAgain() throws Exception {
        var job = node.run("exec sleep 1000");
        deleteAll(job.directory);
        job.connection.close();

        var found = (Reattach.Result.Connected) attach(job.directory, (c, e) -> job.events.add(e));

        assertThat(found.status().job()).contains(job.started.job());
        get(found.connection().killFamily());
        assertThat(job.awaitExit().signal()).hasValue(Signals.KILL);
    }

    @Test
    void aJobWhoseSocketWasRemovedIsFoundAgain() throws Exception {
        var job = node.run("exec sleep 1000");
        Files.delete(job.directory.resolve(Reattach.SOCKET));
        job.connection.close();

        var found = (Reattach.Result.Connected) attach(job.directory, (c, e) -> job.events.add(e));

        get(found.connection().killFamily());
        assertThat(job.awaitExit().signal()).hasValue(Signals.KILL);
    }

    @Test
    void aDamagedPidFileIsReportedAndNotBelieved() throws Exception {
        Path directory = node.newDirectory();
        Files.writeString(directory.resolve(Reattach.PID_FILE), "pid=17\nsta");

        assertThat(attach(directory, NOBODY))
                .isEqualTo(
                        new Reattach.Result.Gone(
                                "the starter's own record starter.pid is damaged"));
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
