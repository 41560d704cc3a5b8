// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiReply.JobResult;
import roost.api.ApiRequest;
import roost.api.ApiRequest.JobAction;
import roost.api.ApiRequest.Target;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.SlotName;
import roost.security.Identity;
import roost.security.Policy;

/** Who may give orders for the jobs in slots, and which jobs they are for. */
class SlotOrdersTest {
    private static final Identity NODE = user("roost");

    private final Map<SlotName, ClassAd> ads = new LinkedHashMap<>();
    private final SlotOrders orders =
            new SlotOrders(() -> new Policy("roost", Set.of(), Set.of("root")), () -> NODE);

    /** What reached the queue, and in whose name. */
    private final List<ApiRequest.ActOnJobs> asked = new ArrayList<>();

    private final List<Identity> askers = new ArrayList<>();

    @BeforeEach
    void annAndBobHaveJobsInTheFirstTwoSlots() {
        put(1, "ann@home", "5.0");
        put(2, "bob@home", "6.1");
        put(3, null, null);
    }

    @Test
    void anAdministratorVacatesAllJobsInTheNodesName() {
        ApiReply.SlotResults reply = carryOut(vacate(Target.HERE), user("root"));
        assertThat(asked.get(0).action()).isEqualTo(JobAction.VACATE_FAST);
        assertThat(asked.get(0).selection().ids())
                .containsExactly(new JobId(5, 0), new JobId(6, 1));
        assertThat(asked.get(0).reason()).contains("via condor_vacate (by user root)");
        assertThat(askers).containsExactly(NODE);
        assertThat(reply.results()).hasSize(3);
        assertThat(reply.results().get(0).job()).isPresent();
        assertThat(reply.results().get(2).job()).isEmpty();
    }

    @Test
    void anybodyElseActsOnHisOwnJobsOnly() {
        carryOut(new ApiRequest.CheckpointSlots(Target.HERE, true), user("bob"));
        assertThat(asked.get(0).action()).isEqualTo(JobAction.CHECKPOINT);
        assertThat(asked.get(0).waitForEnd()).isTrue();
        assertThat(asked.get(0).selection().ids()).containsExactly(new JobId(6, 1));
        assertThat(askers).containsExactly(user("bob"));
    }

    @Test
    void whoHasNoJobThereIsRefused() {
        for (Target target :
                List.of(Target.HERE, Target.named("slot1@vm"), Target.named("slot3@vm"))) {
            assertThatThrownBy(() -> carryOut(vacate(target), user("bob2")))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("may not administer");
        }
        assertThatThrownBy(() -> carryOut(vacate(Target.named("slot1@vm")), user("bob")))
                .isInstanceOf(ApiException.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void anIdleSlotIsLeftAlone() {
        ApiReply.SlotResults reply = carryOut(vacate(Target.named("slot3@vm")), user("root"));
        assertThat(asked).isEmpty();
        assertThat(reply.results()).hasSize(1);
        assertThat(reply.results().get(0).job()).isEmpty();
    }

    @Test
    void aSlotThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> carryOut(vacate(Target.named("slot9@vm")), user("root")))
                .isInstanceOf(ApiException.class)
                .hasMessage("Can't find address for startd slot9@vm");
    }

    private ApiReply.SlotResults carryOut(ApiRequest.OnSlots request, Identity caller) {
        return (ApiReply.SlotResults)
                orders.carryOut(
                                request,
                                caller,
                                ads,
                                (other, act, asker) -> {
                                    asked.add(act);
                                    askers.add(asker);
                                    return CompletableFuture.completedFuture(
                                            new ApiReply.JobResults(
                                                    act.selection().ids().stream()
                                                            .map(
                                                                    id ->
                                                                            new JobResult(
                                                                                    id,
                                                                                    JobOutcome
                                                                                            .SUCCESS))
                                                            .toList()));
                                })
                        .toCompletableFuture()
                        .join();
    }

    private static ApiRequest.OnSlots vacate(Target target) {
        return new ApiRequest.VacateSlots(target, true, false);
    }

    private static SlotName slot(int id) {
        return new SlotName(id, "vm");
    }

    private void put(int id, String owner, String job) {
        ClassAd.Builder ad = ClassAd.builder().put("Name", slot(id).toString());
        if (job != null) {
            ad.put("RemoteOwner", owner).put("JobId", job);
        }
        ads.put(slot(id), ad.build());
    }

    private static Identity user(String name) {
        return new Identity(name, "home", "127.0.0.1", Identity.Method.PEER_CREDENTIALS);
    }
}
