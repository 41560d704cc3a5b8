// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node and commands where the locale, the directory or the standard files are not the usual. */
@Timeout(120)
class OddSurroundingsIT {
    @TempDir static Path directory;
    private static TestNode node;

    @BeforeAll
    static void startInTheCLocale() throws IOException {
        Path wrapper = directory.resolve("wrapper");
        Files.writeString(wrapper, "#!/bin/sh\nWRAPPED=\"$# $1\" exec \"$@\"\n");
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
        node =
                TestNode.in(
                                directory,
                                "EXECUTE = " + directory + "/Ausführung hier",
                                "USER_JOB_WRAPPER = " + wrapper)
                        .with("LC_ALL", "C")
                        .with("LANG", "xx_XX.UTF-8")
                        .start();
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @Test
    void namesMayHaveLettersThatTheLocaleDoesNotKnow() throws IOException {
        TestNode.Outcome submitted =
                node.shell(
                        """
                        mkdir 'wörk dir' && cd 'wörk dir' && cat > 'jöb.sub' <<'END'
                        executable = /bin/sh
                        arguments  = "-c 'pwd; echo ä; echo $WORD; echo $LC_ALL; echo $_CONDOR_SCRATCH_DIR'"
                        environment = "WORD=größe"
                        getenv     = LC_*
                        output     = öut.txt
                        log        = lög
                        queue
                        END
                        condor_submit jöb.sub
                        """);
        assertThat(submitted.status()).as(submitted.err()).isZero();
        Await.until(
                "the job is finished",
                () -> node.shell("grep -q ^005 'wörk dir/lög'").status() == 0);
        assertThat(node.shell("cat 'wörk dir/öut.txt'").out().lines())
                .satisfiesExactly(
                        pwd -> assertThat(pwd).endsWith("/wörk dir"),
                        argument -> assertThat(argument).isEqualTo("ä"),
                        variable -> assertThat(variable).isEqualTo("größe"),
                        locale -> assertThat(locale).isEqualTo("C"),
                        sandbox -> assertThat(sandbox).contains("/Ausführung hier/"));
    }

    @Test
    void jobsStartThroughTheWrapperOfTheAdministrator() throws IOException {
        String claim = node.claim();
        Path ad =
                Jobs.ad(
                        node,
                        "Cmd = \"/bin/sh\"",
                        "Arguments = \"-c 'echo $WRAPPED'\"",
                        "Iwd = \"" + node.work() + "\"",
                        "Out = \"cod.out\"");
        node.must("condor_cod", "activate", "-id", claim, "-jobad", ad.toString());
        TestNode.Outcome submitted =
                node.shell(
                        """
                        cat > wrapped.sub <<'END'
                        executable = /bin/sh
                        arguments  = "-c 'echo $WRAPPED'"
                        output     = batch.out
                        queue
                        END
                        condor_submit wrapped.sub
                        """);
        assertThat(submitted.status()).as(submitted.err()).isZero();
        for (String out : List.of("cod.out", "batch.out")) {
            Await.until(out + " is there", () -> node.shell("test -s " + out).status() == 0);
            assertThat(node.shell("cat " + out).out()).isEqualTo("3 /bin/sh\n");
        }
    }

    @Test
    void whatCannotBePrintedIsAnErrorAndIsNotSentElsewhere() throws IOException {
        TestNode.Outcome closed = node.shell("condor_status >&-");
        assertThat(closed.status()).isEqualTo(1);
        assertThat(closed.err()).contains("write error: Bad file descriptor");
        TestNode.Outcome full = node.shell("condor_status > /dev/full");
        assertThat(full.status()).isEqualTo(1);
        assertThat(full.err()).contains("write error: No space left on device");
        assertThat(node.shell("condor_status -af Name 2>&- <&-").out()).contains("slot1@");
    }

    @Test
    void theIdOfANewClaimIsToldThoughItsAdCannotBeWritten() throws IOException {
        TestNode.Outcome full = node.shell("condor_cod request > /dev/full");
        assertThat(full.status()).isEqualTo(1);
        assertThat(full.err())
                .contains("ID of new claim is: \"<")
                .contains("write error: No space left on device");
        TestNode.Outcome file = node.shell("condor_cod request -classad /dev/full");
        assertThat(file.status()).isEqualTo(1);
        assertThat(file.out())
                .contains("ID of new claim is: \"<")
                .doesNotContain("Result ClassAd written");
        assertThat(file.err())
                .isEqualTo(
                        "ERROR: failed to write '/dev/full': errno 28"
                                + " (No space left on device)\n");
    }

    @Test
    void aWorkingDirectoryThatIsGoneMattersOnlyToWhatNeedsOne() throws IOException {
        String gone = "mkdir gone && cd gone && rmdir ../gone && ";
        assertThat(node.shell(gone + "condor_status -af Name").out()).contains("slot1@");
        TestNode.Outcome submitted =
                node.shell(
                        "printf 'executable = /bin/true\\nqueue\\n' > there.sub; d=$PWD; "
                                + gone
                                + "condor_submit $d/there.sub");
        assertThat(submitted.status()).isEqualTo(1);
        assertThat(submitted.err())
                .contains("the working directory is gone; name another by 'initialdir'");
        TestNode.Outcome local = node.shell(gone + "classad_eval 1");
        assertThat(local.status()).isEqualTo(1);
        assertThat(local.err()).contains("the working directory cannot be told");
    }

    @Test
    void aMistakeInTheConfigurationIsToldByEveryCommand() throws IOException {
        TestNode.Outcome outcome = node.shell("_CONDOR_LOCAL_DIR=here condor_q");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("is 'here/run', expected an absolute file name")
                .contains("hint: 'roost config check'")
                .doesNotContain("Exception");
    }

    @Test
    void aMistakeInTheConfigurationLeavesInForceWhatIs() throws IOException {
        Path file = directory.resolve("condor_config");
        String good = Files.readString(file);
        try {
            Files.writeString(file, good + "START = (Owner ==\nVALID_COD_USERS = somebody\n");
            TestNode.Outcome outcome = node.run("roost", "reconfig");
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains(file + ":", "START is '(Owner ==', expected an expression: ")
                    .contains("hint: nothing was changed: what was in force stays in force")
                    .doesNotContain("Exception");
            assertThat(node.claim()).startsWith("<");
        } finally {
            Files.writeString(file, good);
        }
        assertThat(node.must("roost", "reconfig")).startsWith("configuration read again: ");
    }

    @Test
    void aConfigurationThatIsNotThereDoesNotSendCommandsToAnotherNode() throws IOException {
        TestNode.Outcome outcome =
                node.shell("CONDOR_CONFIG=/nonexistent _CONDOR_LOCAL_DIR=$PWD/../node condor_q");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("cannot read /nonexistent: no such file")
                .contains("hint: CONDOR_CONFIG says which file is read");
    }
}
