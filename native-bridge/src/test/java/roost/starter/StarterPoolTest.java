// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static roost.starter.StarterFixture.await;
import static roost.starter.StarterFixture.get;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.posix.ProcessIdentity;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StarterPoolTest {
    @TempDir Path temp;
    StarterFixture node;
    StarterPool pool;

    @BeforeEach
    void begin() throws Exception {
        node = new StarterFixture(temp);
        pool = new StarterPool(node.launcher, 2);
        await("two spares", () -> pool.ready() == 2);
    }

    @AfterEach
    void end() throws Exception {
        pool.close();
        node.close();
    }

    private LaunchSpec spec(String script) throws Exception {
        return node.shell(node.newDirectory(), script).build();
    }

    @Test
    void aTakenSpareIsReplaced() throws Exception {
        BlockingQueue<StarterEvent> events = new LinkedBlockingQueue<>();

        get(pool.launch(spec("exit 4"), (c, e) -> events.add(e)));

        var exited = (StarterEvent.Exited) events.poll(20, TimeUnit.SECONDS);
        assertThat(exited.exit().exitCode()).hasValue(4);
        await("two spares again", () -> pool.ready() == 2);
    }

    @Test
    void startersLeaveNoSocketsInTheNodesDirectory() throws Exception {
        get(pool.launch(spec("exit 0"), (c, e) -> {}));
        await("two spares again", () -> pool.ready() == 2);

        assertThat(temp).isDirectoryNotContaining("glob:**.sock");
    }

    @Test
    void moreLaunchesThanSparesAllStart() throws Exception {
        BlockingQueue<StarterEvent> events = new LinkedBlockingQueue<>();
        List<java.util.concurrent.CompletionStage<StarterPool.Launched>> launches =
                new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            launches.add(pool.launch(spec("exit 0"), (c, e) -> events.add(e)));
        }
        for (var launch : launches) {
            get(launch);
        }
        for (int exits = 0; exits < 12; ) {
            exits += events.poll(20, TimeUnit.SECONDS) instanceof StarterEvent.Exited ? 1 : 0;
        }
    }

    @Test
    void aSpareThatWasKilledIsNotHandedOut() throws Exception {
        List<Long> spares =
                ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains(temp.toString()))
                        .map(ProcessHandle::pid)
                        .toList();
        // The command line of every spare names its socket, which lies in this test's directory.
        assertThat(spares).hasSize(2);
        spares.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        await("spares gone", () -> pool.ready() == 0);

        BlockingQueue<StarterEvent> events = new LinkedBlockingQueue<>();
        get(pool.launch(spec("exit 6"), (c, e) -> events.add(e)));

        var exited = (StarterEvent.Exited) events.poll(20, TimeUnit.SECONDS);
        assertThat(exited.exit().exitCode()).hasValue(6);
    }

    @Test
    void sparesEndWithTheirNode() throws Exception {
        List<ProcessIdentity> spares =
                ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains(temp.toString()))
                        .map(p -> ProcessIdentity.of(p.pid()).orElseThrow())
                        .toList();
        pool.close();

        await("spares end", () -> spares.stream().noneMatch(ProcessIdentity::isAlive));
        assertThatThrownBy(() -> get(pool.launch(spec("exit 0"), (c, e) -> {})))
                .isInstanceOf(StarterException.class)
                .hasMessageContaining("closing");
    }

    @Test
    void aStarterProgramThatIsMissingIsSaidSo() throws Exception {
        var launcher = new StarterLauncher(node.reactor, Path.of("/no/such/starter"), temp);
        try (StarterPool broken = new StarterPool(launcher, 1)) {
            assertThatThrownBy(() -> get(broken.launch(spec("exit 0"), (c, e) -> {})))
                    .isInstanceOf(StarterException.class)
                    .hasMessageContaining("/no/such/starter");
        }
    }
}
