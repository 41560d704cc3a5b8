// SPDX-License-Identifier: Apache-2.0
package roost.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import roost.job.JobNews.StartFailed;

/** What is told of jobs. */
class JobNewsTest {
    @Test
    void aReasonThatQuotesALongCommandLineKeepsItsBeginningAndItsEnd() {
        String words = "a".repeat(1_000_000);
        String reason = "Failed to execute '/bin/true' with arguments " + words + ": (errno=7)";
        assertThat(new StartFailed(reason, 7).reason())
                .hasSizeLessThanOrEqualTo(StartFailed.REASON_LENGTH_MAX)
                .startsWith("Failed to execute '/bin/true'")
                .endsWith("(errno=7)");
    }

    @Test
    void anOrdinaryReasonIsKeptAsItIs() {
        String reason = "Failed to execute '/bin/true': No such file or directory";
        assertThat(new StartFailed(reason, 2).reason()).isEqualTo(reason);
    }
}
