// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PosixTest {

    @Test
    void thisProcessIsAliveUnderItsIdentity() {
        ProcessIdentity self = ProcessIdentity.self();

        assertThat(self.isAlive()).isTrue();
        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.state()).isPresent();
    }

    @Test
    void aPidWithAnotherStartTimeOrBootIsSomebodyElse() {
        ProcessIdentity self = ProcessIdentity.self();

        assertThat(new ProcessIdentity(self.pid(), self.startTicks() + 1, self.bootId()).isAlive())
                .isFalse();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks(), "another boot").isAlive())
                .isFalse();
        assertThat(
                        Posix.kill(
                                new ProcessIdentity(
                                        self.pid(), self.startTicks() + 1, self.bootId()),
                                Signals.KILL))
                .isFalse();
    }

    @Test
    void aProcessThatHasEndedIsNotAlive() throws Exception {
        Process process = new ProcessBuilder("/bin/sleep", "1000").start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();

        assertThat(Posix.kill(identity, Signals.KILL)).isTrue();
        process.waitFor();

        assertThat(identity.isAlive()).isFalse();
        assertThat(Posix.kill(identity, Signals.KILL)).isFalse();
    }

    @Test
    void bootTimeGoesForward() {
        Duration first = Clocks.sinceBoot();
        Duration second = Clocks.sinceBoot();

        assertThat(first).isPositive();
        assertThat(second).isGreaterThanOrEqualTo(first);
        assertThat(Clocks.bootId()).hasSize(36);
    }

    @Test
    void theSuperusersAccountIsKnownByNameAndNumber() {
        Accounts.Account root = Accounts.byName("root").orElseThrow();

        assertThat(root.uid()).isZero();
        assertThat(root.groups()).contains(root.gid());
        assertThat(Accounts.byUid(0)).contains(root);
        assertThat(Accounts.own().uid()).isEqualTo(Posix.effectiveUserId());
    }

    @Test
    void anAccountThatDoesNotExistIsEmpty() {
        assertThat(Accounts.byName("no-such-account-at-all")).isEmpty();
    }

    @Test
    void signalsAreReadAsUsersWriteThem() {
        assertThat(Signals.parse("SIGQUIT")).hasValue(Signals.QUIT);
        assertThat(Signals.parse(" term ")).hasValue(Signals.TERM);
        assertThat(Signals.parse("31")).hasValue(31);
        assertThat(Signals.parse("SIGSYS")).hasValue(31);
        assertThat(Signals.parse("SIGNOTHING")).isEmpty();
        assertThat(Signals.parse("0")).isEmpty();
        assertThat(Signals.parse("65")).isEmpty();
        assertThat(Signals.parse("")).isEmpty();
        assertThat(Signals.name(Signals.TSTP)).isEqualTo("SIGTSTP");
        assertThat(Signals.name(40)).isEqualTo("signal 40");
    }

    @Test
    void aFileCanBeGivenOnlyBySomebodyWhoMay(@TempDir Path temp) throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        int own = Posix.effectiveUserId();
        int group = Accounts.own().gid();

        Posix.giveTo(file, own, group);
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(own);
        assertThatThrownBy(() -> Posix.giveTo(temp.resolve("none"), own, group))
                .hasMessageContaining("none");
        if (Posix.isSuperuser()) {
            Posix.giveTo(file, 65534, 65534);
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(65534);
        }
    }

    @Test
    void aDirectoryThatIsNoneCannotBeOpened(@TempDir Path temp) throws Exception {
        Path file = Files.createFile(temp.resolve("file"));

        assertThatThrownBy(() -> Posix.openDirectory(file)).hasMessageContaining(file.toString());
        int descriptor = Posix.openDirectory(temp);
        assertThat(Files.exists(Path.of("/proc/self/fd/" + descriptor + "/file"))).isTrue();
        Posix.close(descriptor);
    }
}
