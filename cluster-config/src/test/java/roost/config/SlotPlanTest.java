// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.config.SlotPlan.Slot;

/** Sharing out a machine of 4 CPUs and 8000 MiB. */
@Timeout(20)
class SlotPlanTest {

    private static List<Slot> plan(String... lines) {
        return SlotPlan.of(TestConfigs.of(lines));
    }

    @Test
    void withoutTypesThereIsOneSlotPerCpu() {
        assertThat(plan(""))
                .containsExactly(
                        new Slot(1, 0, 1, 2000),
                        new Slot(2, 0, 1, 2000),
                        new Slot(3, 0, 1, 2000),
                        new Slot(4, 0, 1, 2000));
    }

    @Test
    void equalSlotsHaveOneCpuAtLeast() {
        assertThat(plan("NUM_SLOTS = 8", "RESERVED_MEMORY = 800"))
                .hasSize(8)
                .allMatch(slot -> slot.cpus() == 1 && slot.memoryMib() == 900);
        assertThat(plan("NUM_SLOTS = 0")).isEmpty();
    }

    @Test
    void typesGetWhatTheySayAndTheRestIsShared() {
        assertThat(
                        plan(
                                "SLOT_TYPE_2 = cpus=1, memory=25%, disk=10%",
                                "NUM_SLOTS_TYPE_2 = 2",
                                "SLOT_TYPE_10 = auto",
                                "NUM_SLOTS_TYPE_10 = 1",
                                "SLOT_TYPE_3 = 1/8, cpus=auto",
                                "NUM_SLOTS_TYPE_3 = 1"))
                .containsExactly(
                        new Slot(1, 2, 1, 2000),
                        new Slot(2, 2, 1, 2000),
                        new Slot(3, 3, 1, 1000),
                        new Slot(4, 10, 1, 3000));
    }

    @Test
    void askingForMoreThanThereIsIsAnError() {
        assertThatThrownBy(() -> plan("SLOT_TYPE_1 = cpus=3", "NUM_SLOTS_TYPE_1 = 2"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        TestConfigs.ROOT
                                + ":2: error: the slots of all types need 6 CPUs, the machine has 4");
        assertThatThrownBy(() -> plan("NUM_SLOTS_TYPE_1 = 5"))
                .hasMessageContaining("the slots of all types need 5 CPUs, the machine has 4");
        assertThatThrownBy(() -> plan("NUM_SLOTS_TYPE_1 = 99999", "NUM_SLOTS_TYPE_2 = 99999"))
                .hasMessageContaining("more than 100000 slots are asked for");
    }

    @Test
    void whatCannotBeUnderstoodIsAnErrorThatTheCheckFindsToo() {
        assertThat(
                        ConfigCheck.check(
                                        TestConfigs.of(
                                                "VALID_COD_USERS = ann",
                                                "SLOT_TYPE_1 = cpus=many",
                                                "NUM_SLOTS_TYPE_1 = 1"))
                                .toString())
                .contains("SLOT_TYPE_1 holds 'cpus=many', expected cpus=, memory=");
    }
}
