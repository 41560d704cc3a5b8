// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import roost.classad.ClassAd;

class LeasesTest {
    private final Leases leases = new Leases(Duration.ofMinutes(40));

    @Test
    void aJobThatDoesNotSayHasTheUsualLease() {
        assertThat(leases.of(ClassAd.EMPTY)).isEqualTo(Duration.ofMinutes(40));
    }

    @Test
    void aJobMaySayButNotLessThanItTakesToAskForIt() {
        assertThat(leases.of(job(90))).isEqualTo(Duration.ofSeconds(90));
        assertThat(leases.of(job(0))).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aLeaseOfAnyLengthIsOverOnlyAfterIt() {
        long minute = Duration.ofMinutes(1).toNanos();
        assertThat(leases.isOver(job(30), minute)).isTrue();
        assertThat(leases.isOver(job(90), minute)).isFalse();
        assertThat(leases.isOver(job(Long.MAX_VALUE), minute)).isFalse();
    }

    private static ClassAd job(long seconds) {
        return ClassAd.builder().putInt("JobLeaseDuration", seconds).build();
    }
}
