// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.id.SlotName;

/** Whose load is whose. */
@Timeout(20)
class LoadSharesTest {
    private static final SlotName ONE = new SlotName(1, "here");
    private static final SlotName TWO = new SlotName(2, "here");

    @Test
    void aJobsLoadIsItsSlotsAndTheRestIsTheOwners() {
        LoadShares shares = new LoadShares(2);
        shares.of(TWO, false, 1.0, 1.5);
        LoadShares.Loads one = shares.of(ONE, false, 0, 1.5);
        LoadShares.Loads two = shares.of(TWO, false, 1.0, 1.5);
        assertThat(one.load()).isEqualTo(0.5, within(1e-9));
        assertThat(one.condorLoad()).isZero();
        assertThat(two.load()).isEqualTo(1.0, within(1e-9));
        assertThat(two.condorLoad()).isEqualTo(1.0, within(1e-9));
        assertThat(one.totalCondorLoad()).isEqualTo(1.0, within(1e-9));
    }

    @Test
    void aSlotInStateOwnerTakesTheOwnersLoadFirst() {
        LoadShares shares = new LoadShares(2);
        shares.of(ONE, false, 0, 0);
        shares.of(TWO, true, 0, 0);
        assertThat(shares.of(ONE, false, 0, 0.7).load()).isZero();
        assertThat(shares.of(TWO, true, 0, 0.7).load()).isEqualTo(0.7, within(1e-9));
    }

    @Test
    void oneCpuASlotAndWhatIsLeftGoesToTheFirst() {
        LoadShares shares = new LoadShares(2);
        shares.of(TWO, false, 0, 5);
        assertThat(shares.of(ONE, false, 0, 5).load()).isEqualTo(4, within(1e-9));
        assertThat(shares.of(TWO, false, 0, 5).load()).isEqualTo(1, within(1e-9));
    }

    @Test
    void aJobsLoadIsNeverMoreThanTheMachines() {
        LoadShares shares = new LoadShares(2);
        LoadShares.Loads young = shares.of(ONE, false, 2.0, 0.3);
        assertThat(young.condorLoad()).isEqualTo(0.3, within(1e-9));
        assertThat(young.load()).isEqualTo(0.3, within(1e-9));
        shares.of(TWO, false, 2.0, 0.3);
        assertThat(shares.of(ONE, false, 2.0, 0.3).totalCondorLoad()).isEqualTo(0.3, within(1e-9));
    }

    @Test
    void onAnOverloadedMachineABusyCpuStandsForMoreThanOne() {
        LoadShares shares = new LoadShares(2);
        assertThat(shares.of(ONE, false, 1.0, 4).condorLoad()).isEqualTo(2, within(1e-9));
    }

    @Test
    void busyCpusAreAveragedOverAMinute() {
        BusyCpus busy = new BusyCpus();
        busy.begin(0, 100);
        busy.add(30_000, 130);
        assertThat(busy.average()).isEqualTo(0.5, within(1e-9));
        busy.add(60_000, 160);
        assertThat(busy.average()).isEqualTo(1, within(1e-9));
        busy.addIdle(90_000);
        assertThat(busy.average()).isEqualTo(0.5, within(1e-9));
        busy.addIdle(900_000);
        assertThat(busy.average()).isZero();
    }

    @Test
    void aSecondSampleInTheSameInstantChangesNothing() {
        BusyCpus busy = new BusyCpus();
        busy.begin(0, 0);
        busy.add(0, 50);
        assertThat(busy.average()).isZero();
    }
}
