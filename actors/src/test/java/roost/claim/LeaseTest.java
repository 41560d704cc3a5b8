// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final long WALL = 1_700_000_000_000L;
    private static final Lease LEASE = new Lease(60, new Moment(WALL, "boot-1", 10_000));

    @Test
    void countsBootTime() {
        assertThat(LEASE.remainingMillis(new Moment(WALL + 20_000, "boot-1", 30_000)))
                .isEqualTo(40_000);
        assertThat(LEASE.isOver(new Moment(WALL + 60_000, "boot-1", 69_999))).isFalse();
        assertThat(LEASE.isOver(new Moment(WALL + 60_000, "boot-1", 70_000))).isTrue();
    }

    @Test
    void aWallClockThatJumpsForwardExpiresNothing() {
        assertThat(LEASE.remainingMillis(new Moment(WALL + 86_400_000, "boot-1", 11_000)))
                .isEqualTo(59_000);
    }

    @Test
    void aWallClockThatJumpsBackProlongsNothing() {
        assertThat(LEASE.isOver(new Moment(WALL - 86_400_000, "boot-1", 70_000))).isTrue();
    }

    @Test
    void afterARebootTheTimeTheMachineWasDownCounts() {
        assertThat(LEASE.remainingMillis(new Moment(WALL + 45_000, "boot-2", 3_000)))
                .isEqualTo(15_000);
        assertThat(LEASE.isOver(new Moment(WALL + 61_000, "boot-2", 3_000))).isTrue();
    }

    @Test
    void afterARebootWithAWrongClockNoLeaseIsLongerThanItsLength() {
        assertThat(LEASE.remainingMillis(new Moment(WALL - 86_400_000, "boot-2", 3_000)))
                .isEqualTo(60_000);
    }

    @Test
    void aLeaseOfNothingIsOverAtOnce() {
        Moment now = new Moment(WALL, "boot-1", 10_000);
        assertThat(new Lease(0, now).isOver(now)).isTrue();
    }

    @Test
    void renewingGivesBackTheWholeLength() {
        Moment now = new Moment(WALL, "boot-1", 69_000);
        assertThat(LEASE.renew(now).remainingMillis(now)).isEqualTo(60_000);
    }

    @Test
    void anEnormousLengthDoesNotOverflow() {
        Moment now = new Moment(WALL, "boot-1", 10_000);
        assertThat(new Lease(Long.MAX_VALUE, now).remainingMillis(now)).isPositive();
    }
}
