// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static roost.starter.StarterFixture.get;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
    void theLockedFileSaysHowTheRunEndedAndNothingWhileOneLives() throws Exception {
        Path lock = temp.resolve("lock");
        ExitRecord first = node.run("exit 3", spec -> spec.lock(lock)).awaitExit();
        assertThat(ExitRecord.readFile(lock)).contains(first);

        var job = node.run("exec sleep 1000", spec -> spec.lock(lock));
        assertThat(ExitRecord.readFile(lock)).isEmpty();
        get(job.connection.killFamily());

        ExitRecord second = job.awaitExit();
        assertThat(ExitRecord.readFile(lock)).contains(second);
    }

    @Test
    void anEndThatWasAskedForIsToldFromOneOfTheJobsOwn() throws Exception {
        var own = node.run("kill -TERM $$");
        assertThat(own.awaitExit().asked()).isFalse();

        var terminated = node.run("trap 'exit 0' TERM; while :; do sleep 0.01; done");
        get(terminated.connection.terminate());
        assertThat(terminated.awaitExit().asked()).isTrue();

        var killed = node.run("exec sleep 1000");
        get(killed.connection.killFamily());
        assertThat(killed.awaitExit().asked()).isTrue();
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
                        .argv(List.of("condor_exec.exe", "a", "b"))
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
    void aMissingInterpreterIsNamed() throws Exception {
        Path script = node.newDirectory().resolve("script");
        Files.writeString(script, "#!/no/such/pithon -u\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        var connection = get(node.launcher.start());
        var spec = LaunchSpec.builder(node.newDirectory(), script).build();

        assertThatThrownBy(() -> get(connection.launch(spec, (c, e) -> {})))
                .isInstanceOf(StarterException.class)
                .hasMessage(
                        "Failed to execute '%s': Its interpreter \"/no/such/pithon\" is missing"
                                + " (errno=2: 'No such file or directory')",
                        script);
    }

    @Test
    void aJobStartsSuspendedAndRunsWhenItIsContinued() throws Exception {
        var job = node.run("touch ran", spec -> spec.suspended(true));
        assertThat(job.started.job().state()).contains('T');
        assertThat(job.directory.resolve("ran")).doesNotExist();

        get(job.connection.resume());

        assertThat(job.awaitExit().exitCode()).hasValue(0);
        assertThat(job.directory.resolve("ran")).exists();
    }

    @Test
    void twoConnectionsBothHearWhatHappens() throws Exception {
        var job = node.run("exec sleep 1000");
        var heard = new LinkedBlockingQueue<StarterEvent>();
        var second =
                StarterConnection.open(
                        node.reactor,
                        job.directory.resolve(Reattach.SOCKET),
                        (c, e) -> heard.add(e));
        get(second.ping());

        get(job.connection.stop());
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(new StarterEvent.Stopped(1, 0));
        get(job.connection.killFamily());
        assertThat(heard.poll(20, TimeUnit.SECONDS))
                .isEqualTo(new StarterEvent.Exited(job.awaitExit()));
    }

    @Test
    void requestsAfterTheEndAreRefusedAndTheStatusStillSaysHow() throws Exception {
        var job = node.run("exit 2");
        ExitRecord exit = job.awaitExit();

        assertThatThrownBy(() -> get(job.connection.stop()))
                .isInstanceOf(StarterException.class)
                .hasMessage("the job has ended");
        StarterStatus status = get(job.connection.status());
        assertThat(status.exit()).contains(exit);
        assertThat(status.recordOnDisk()).isTrue();
    }

    @Test
    void aRequestOnALostConnectionFailsAtOnce() throws Exception {
        var job = node.run("exec sleep 1000");
        get(job.connection.killFamily());
        job.awaitExit();
        get(job.connection.acknowledgeExit());
        job.awaitEvent(StarterEvent.Lost.class);

        assertThatThrownBy(() -> get(job.connection.ping())).isInstanceOf(StarterException.class);
    }

    @Test
    void argumentsTooLongForTheKernelAreAnErrorAndNotAHang() throws Exception {
        Path directory = node.newDirectory();
        var connection = get(node.launcher.start());
        var spec =
                LaunchSpec.builder(directory, Path.of("/bin/true"))
                        .argv(List.of("true", "x".repeat(1 << 20)))
                        .build();

        assertThatThrownBy(() -> get(connection.launch(spec, (c, e) -> {})))
                .isInstanceOf(StarterException.class)
                .hasMessageEndingWith(": (errno=7: 'Argument list too long')");
    }

    private static Usage usage(StarterFixture.Job job) {
        return job.connection.usage().toCompletableFuture().join();
    }
}
