// SPDX-License-Identifier: Apache-2.0
package roost.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import roost.classad.ClassAd;

class SandboxesTest {
    @TempDir Path directory;
    private Path execute;
    private Sandboxes sandboxes;
    private JobSpec spec;

    @BeforeEach
    void make() throws Exception {
        execute = directory.resolve("execute");
        sandboxes =
                new Sandboxes(
                        new Sandboxes.Settings(
                                PosixFilePermissions.fromString("rwx------"),
                                Map.of("A", "inherited", "B", "inherited"),
                                Map.of("C", "node"),
                                "/opt/bin",
                                false));
        ClassAd ad =
                ClassAd.builder().put("Cmd", "/bin/true").put("Environment", "B=job C=job").build();
        spec =
                new JobSpecs(
                                new JobSpecs.Settings(
                                        "", java.util.List.of(), java.util.Optional.empty()))
                        .of(ad, "COD1", "slot1");
    }

    @Test
    void aSandboxIsPrivateAndHoldsBothAds() throws Exception {
        Sandbox sandbox = Sandbox.at(execute.resolve("dir_COD1_1_1"));
        ClassAd machine = ClassAd.builder().put("Name", "slot1@here").build();
        Starters.Placement placement = sandboxes.prepare(spec, sandbox, machine);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(sandbox.directory())))
                .isEqualTo("rwx------");
        assertThat(sandbox.directory().resolve(".job.ad")).content().contains("/bin/true");
        assertThat(sandbox.directory().resolve(".machine.ad")).content().contains("slot1@here");
        assertThat(placement.workingDirectory()).isEqualTo(sandbox.directory());
        assertThat(placement.environment())
                .containsEntry("_CONDOR_SCRATCH_DIR", sandbox.directory().toString())
                .containsEntry("TMPDIR", sandbox.directory().toString())
                .containsEntry("_CONDOR_SLOT", "slot1")
                .containsEntry("BATCH_SYSTEM", "HTCondor")
                .containsEntry("_CONDOR_BIN", "/opt/bin");
    }

    @Test
    void theJobsEnvironmentWinsOverWhatIsInheritedAndTheNodesOverBoth() throws Exception {
        Sandbox sandbox = Sandbox.at(execute.resolve("dir_COD1_1_1"));
        assertThat(sandboxes.prepare(spec, sandbox, ClassAd.EMPTY).environment())
                .containsEntry("A", "inherited")
                .containsEntry("B", "job")
                .containsEntry("C", "node");
    }

    @Test
    void anExecuteDirectoryThatCannotBeMadeIsNamedInTheRefusal() throws Exception {
        Files.writeString(execute, "in the way");
        Sandbox sandbox = Sandbox.at(execute.resolve("dir_COD1_1_1"));
        assertThatThrownBy(() -> sandboxes.prepare(spec, sandbox, ClassAd.EMPTY))
                .isInstanceOf(JobFailure.class)
                .hasMessageContaining(execute.toString());
    }

    @Test
    void removingFollowsNoLinks() throws Exception {
        Sandbox sandbox = Sandbox.at(execute.resolve("dir_COD1_1_1"));
        sandboxes.prepare(spec, sandbox, ClassAd.EMPTY);
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        Files.createSymbolicLink(sandbox.directory().resolve("link"), outside);
        Files.createDirectories(sandbox.directory().resolve("a/b/c"));
        sandboxes.remove(sandbox);
        assertThat(sandbox.directory()).doesNotExist();
        assertThat(sandbox.starter()).doesNotExist();
        assertThat(outside.resolve("kept")).exists();
    }

    @Test
    void aSweepRemovesWhatNobodyUsesAndNothingElse() throws Exception {
        Path used = execute.resolve("dir_COD1_1_1");
        Path left = execute.resolve("dir_COD2_1_1");
        sandboxes.prepare(spec, Sandbox.at(used), ClassAd.EMPTY);
        sandboxes.prepare(spec, Sandbox.at(left), ClassAd.EMPTY);
        Path batch = Files.createDirectory(execute.resolve("dir_7.0.1"));
        sandboxes.sweep(execute, "dir_COD", Set.of(used), Runnable::run);
        assertThat(used).exists();
        assertThat(Sandbox.at(used).starter()).exists();
        assertThat(left).doesNotExist();
        assertThat(Sandbox.at(left).starter()).doesNotExist();
        assertThat(batch).exists();
    }

    @Test
    void aSweepLeavesAloneWhatIsMadeWhileItRemoves() throws Exception {
        Path left = execute.resolve("dir_COD1_1_1");
        Path fresh = execute.resolve("dir_COD1_1_2");
        sandboxes.prepare(spec, Sandbox.at(left), ClassAd.EMPTY);
        List<Runnable> later = new ArrayList<>();
        sandboxes.sweep(execute, "dir_COD", Set.of(), later::add);
        sandboxes.prepare(spec, Sandbox.at(fresh), ClassAd.EMPTY);
        later.forEach(Runnable::run);
        assertThat(left).doesNotExist();
        assertThat(fresh).exists();
    }
}
