// SPDX-License-Identifier: Apache-2.0
package roost.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.classad.ClassAd;
import roost.posix.Signals;

/** What a job's ad promises about its checkpoints, and whether an end keeps it. */
@Timeout(20)
class SelfCheckpointingTest {
    private static final Path STORE = Path.of("/store");

    private static Optional<SelfCheckpointing> of(String ad) {
        return SelfCheckpointing.of(ClassAd.parse("[" + ad + "]"), STORE, Signals.TERM, 3);
    }

    private static JobExit exit(int status, int signal) {
        return new JobExit(status, signal, false, false, 1, 1, 1, 1000, 2000);
    }

    @Test
    void anExitCodeIsAPromise() {
        SelfCheckpointing job =
                of("WantFTOnCheckpoint = true; SuccessCheckpointExitCode = 85").orElseThrow();
        assertThat(job.promise().isKeptBy(exit(85, 0))).isTrue();
        assertThat(job.promise().isKeptBy(exit(0, 0))).isFalse();
        assertThat(job.promise().isKeptBy(exit(85, 9))).isFalse();
        assertThat(job.files()).isEmpty();
        assertThat(job.signal()).isEmpty();
        assertThat(job.attempts()).isEqualTo(3);
    }

    @Test
    void aSignalIsAPromiseByNameOrNumber() {
        for (String signal : new String[] {"\"SIGUSR2\"", "12"}) {
            SelfCheckpointing job =
                    of("WantFTOnCheckpoint = true; SuccessCheckpointExitBySignal = true;"
                                    + " SuccessCheckpointExitSignal = "
                                    + signal)
                            .orElseThrow();
            assertThat(job.promise().isKeptBy(exit(0, 12))).isTrue();
            assertThat(job.promise().isKeptBy(exit(12, 0))).isFalse();
        }
    }

    /** Otherwise every end would be a checkpoint, and the job would never be finished. */
    @Test
    void withoutAPromiseOrTheWishThereIsNone() {
        assertThat(of("")).isEmpty();
        assertThat(of("WantFTOnCheckpoint = true")).isEmpty();
        assertThat(of("SuccessCheckpointExitCode = 85")).isEmpty();
        assertThat(of("WantFTOnCheckpoint = true; SuccessCheckpointExitBySignal = true")).isEmpty();
    }

    @Test
    void theListSaysWhatIsKeptAndEmptyMeansNothing() {
        String promise = "WantFTOnCheckpoint = true; SuccessCheckpointExitCode = 85; ";
        assertThat(of(promise + "TransferCheckpoint = \" a , b/c,,\"").orElseThrow().files())
                .containsExactly("a", "b/c");
        assertThat(of(promise + "TransferOutput = \"o\"").orElseThrow().files())
                .containsExactly("o");
        assertThat(
                        of(promise + "TransferOutput = \"o\"; TransferCheckpoint = \"\"")
                                .orElseThrow()
                                .files())
                .isEmpty();
    }

    @Test
    void itIsAskedWithItsSignalOrElseItsKillSignal() {
        String asked =
                "WantFTOnCheckpoint = true; SuccessCheckpointExitCode = 85;"
                        + " WantCheckpointSignal = true";
        assertThat(of(asked).orElseThrow().signal()).isEqualTo(OptionalInt.of(Signals.TERM));
        assertThat(of(asked + "; CheckpointSig = \"SIGUSR1\"").orElseThrow().signal())
                .isEqualTo(OptionalInt.of(Signals.USR1));
    }

    @Test
    void aBrokenPromiseIsToldInHtcondorsWords() {
        SelfCheckpointing job =
                of("WantFTOnCheckpoint = true; SuccessCheckpointExitCode = 85").orElseThrow();
        assertThat(job.broken(exit(3, 0)))
                .isEqualTo(
                        "Job did not exit as promised when sent its checkpoint signal.  Promised"
                                + " exit was with exit code 85, actual exit status was with exit"
                                + " code 3.");
    }
}
