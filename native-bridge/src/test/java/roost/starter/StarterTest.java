// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static roost.starter.StarterFixture.get;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.posix.ProcessIdentity;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StarterTest {
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

    @Test
    void aJobRunsAndItsExitCodeIsToldAndOnDisk() throws Exception {
        var job = node.run("echo out; echo err >&2; exit 7");

        ExitRecord exit = job.awaitExit();

        assertThat(exit.exitCode()).hasValue(7);
        assertThat(job.read("out")).isEqualTo("out\n");
        assertThat(job.read("err")).isEqualTo("err\n");
        assertThat(ExitRecord.read(job.directory)).contains(exit);
        assertThat(exit.pid()).isEqualTo(job.started.job().pid());
    }

    @Test
    void aWholeFamilyStopsAndContinues() throws Exception {
        var job = node.run("sleep 1000 & (sleep 1000 & exec sleep 1000) & wait");
        StarterFixture.await("four processes", () -> usage(job).processes() == 4);

        var stopped = get(job.connection.stop());
        assertThat(stopped).isEqualTo(new StarterEvent.Stopped(4, 0));
        assertThat(job.started.job().state()).contains('T');

        assertThat(get(job.connection.resume()).processes()).isEqualTo(4);
        assertThat(get(job.connection.killFamily())).isEqualTo(4);
        assertThat(job.awaitExit().signal()).hasValue(9);
    }

    @Test
    void anExecFailureIsToldInUsersWordsWithItsErrno() throws Exception {
        Path directory = node.newDirectory();
        var connection = get(node.launcher.start());
        var spec =
                LaunchSpec.builder(directory, Path.of("/no/such/program"))
                        .argv(java.util.List.of("condor_exec.exe", "a", "b"))
                        .build();

        assertThatThrownBy(() -> get(connection.launch(spec, (c, e) -> {})))
                .isInstanceOf(StarterException.class)
                .hasMessage(
                        "Failed to execute '/no/such/program' with arguments a b: (errno=2: 'No such"
                                + " file or directory')");
        assertThat(ExitRecord.read(directory))
                .get()
                .extracting(ExitRecord::neverStarted)
                .isEqualTo(true);
    }

    @Test
    void aNewNodeFindsTheSameJobAgain() throws Exception {
        var job = node.run("trap 'exit 3' TERM; while :; do sleep 1000 & wait $!; done");
        job.connection.close();

        var found =
                get(new Reattach(node.reactor).attach(job.directory, (c, e) -> job.events.add(e)));

        assertThat(found).isInstanceOf(Reattach.Result.Connected.class);
        var connected = (Reattach.Result.Connected) found;
        assertThat(connected.status().job()).contains(job.started.job());
        get(connected.connection().terminate());
        assertThat(job.awaitExit().exitCode()).hasValue(3);
        get(connected.connection().acknowledgeExit());
        long starter = connected.status().starterPid();
        StarterFixture.await("starter ends", () -> ProcessIdentity.of(starter).isEmpty());
        assertThat(get(new Reattach(node.reactor).attach(job.directory, (c, e) -> {})))
                .isInstanceOf(Reattach.Result.Finished.class);
    }

    @Test
    void aJobNobodyEverStartedCanNeverStartAfterItWasGivenUp() throws Exception {
        Path directory = node.newDirectory();
        assertThat(get(new Reattach(node.reactor).attach(directory, (c, e) -> {})))
                .isEqualTo(new Reattach.Result.Gone("the job was never started"));

        var connection = get(node.launcher.start());
        var spec = node.shell(directory, "touch ran").build();
        assertThatThrownBy(() -> get(connection.launch(spec, (c, e) -> {})))
                .isInstanceOf(StarterException.class)
                .hasMessageContaining("given up");
        assertThat(Files.exists(directory.resolve("ran"))).isFalse();
    }

    private static Usage usage(StarterFixture.Job job) {
        return job.connection.usage().toCompletableFuture().join();
    }
}
