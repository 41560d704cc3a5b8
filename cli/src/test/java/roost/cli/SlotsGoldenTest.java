// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiReply.JobResult;
import roost.api.ApiReply.SlotResult;
import roost.api.ApiRequest;
import roost.api.ApiRequest.Target;
import roost.api.ImageAd;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.NodeAddress;

/** What condor_checkpoint, condor_ckpt and condor_vacate print, to the byte. */
@Timeout(60)
class SlotsGoldenTest {
    private static final NodeAddress OTHER = new NodeAddress("127.0.0.2", 9618);

    @TestFactory
    Stream<DynamicTest> machineCommandsAreThoseOfHTCondor() throws IOException {
        return Golden.tests("slots.txt", SlotsGoldenTest::host);
    }

    @Test
    void theOrderReachesTheSlotThatIsNamed() {
        FakeHost host = host();
        host.run("condor_vacate", "-fast", "-wait", "slot2@vm.local");
        ApiRequest.VacateSlots sent = host.api.last(ApiRequest.VacateSlots.class);
        assertThat(sent)
                .isEqualTo(new ApiRequest.VacateSlots(Target.named("slot2@vm.local"), true, true));
    }

    @Test
    void everyMachineOfThePoolGetsOneOrder() {
        FakeHost host = host();
        host.run("condor_checkpoint", "-all");
        assertThat(host.api.requests)
                .filteredOn(ApiRequest.CheckpointSlots.class::isInstance)
                .containsExactly(
                        new ApiRequest.CheckpointSlots(Target.at(FakeApi.ADDRESS), false),
                        new ApiRequest.CheckpointSlots(Target.at(OTHER), false));
    }

    @Test
    void aTerminalShowsHowFarTheImageIs() {
        FakeHost host = host();
        host.terminalColumns = 80;
        CompletableFuture<ApiReply.SlotResults> reply = new CompletableFuture<>();
        host.api.answerLater(ApiRequest.CheckpointSlots.class, request -> reply);
        host.api.answer(
                ApiRequest.QueryImages.class,
                query -> {
                    reply.complete(results("slot1@vm.local", taken()));
                    return new ApiReply.Ads(List.of(writing(host)), List.of());
                });
        assertThat(host.run("condor_checkpoint", "-wait")).isZero();
        assertThat(host.stdout())
                .contains("\r12.0: 256.0 MiB of 1024.0 MiB, 128.0 MiB/s")
                .endsWith(
                        "\rSent \"Checkpoint-All-Jobs\" command to local startd\n"
                                + "Job 12.0 in slot1@vm.local: image 3, 1024.0 MiB in 2.00 s"
                                + " (512.0 MiB/s), paused 2.1 ms\n");
    }

    @Test
    void aJobThatEndsInThatMomentIsNoFailure() {
        FakeHost host = host();
        host.api.answer(
                ApiRequest.VacateSlots.class,
                request ->
                        results(
                                "slot1@vm.local",
                                new JobResult(new JobId(12, 0), JobOutcome.NOT_FOUND)));
        assertThat(host.run("condor_vacate")).isZero();
        assertThat(host.stderr()).isEmpty();
        assertThat(host.run("condor_vacate", "-wait")).isZero();
        assertThat(host.stdout()).endsWith("Job 12.0 in slot1@vm.local: off its slot\n");
    }

    @Test
    void whoWaitsForTheImageOfAJobThatIsBeingEndedIsToldThatItMayNotCome() {
        FakeHost host = host();
        host.api.answer(
                ApiRequest.CheckpointSlots.class,
                request ->
                        results(
                                "slot1@vm.local",
                                new JobResult(new JobId(12, 0), JobOutcome.ALREADY_DONE)));
        assertThat(host.run("condor_checkpoint")).isZero();
        assertThat(host.stderr()).isEmpty();
        assertThat(host.run("condor_checkpoint", "-wait")).isEqualTo(1);
        assertThat(host.stderr())
                .isEqualTo("Job 12.0 in slot1@vm.local: no image: it is being ended already\n");
    }

    @Test
    void theImageOfAJobFromAnotherNodesQueueIsAskedForThere() {
        FakeHost host = host();
        host.terminalColumns = 80;
        CompletableFuture<ApiReply.SlotResults> reply = new CompletableFuture<>();
        host.api.answerLater(ApiRequest.CheckpointSlots.class, request -> reply);
        host.api.answer(
                ApiRequest.QueryAds.class,
                query ->
                        new ApiReply.Ads(
                                List.of(
                                        slot("vm.local", FakeApi.ADDRESS).toBuilder()
                                                .put("Name", "slot1@vm.local")
                                                .put("RoostQueue", OTHER.sinful())
                                                .build()),
                                List.of()));
        ApiRequest.QueryImages there =
                new ApiRequest.QueryImages(
                        Target.at(OTHER), Optional.of("RemoteHost == \"slot1@vm.local\""));
        host.api.answer(
                ApiRequest.QueryImages.class,
                query -> {
                    if (!query.equals(there)) {
                        return new ApiReply.Ads(List.of(), List.of());
                    }
                    reply.complete(results("slot1@vm.local", taken()));
                    return new ApiReply.Ads(List.of(writing(host)), List.of());
                });
        assertThat(host.run("condor_checkpoint", "-wait", "slot1@vm.local")).isZero();
        assertThat(host.stdout()).contains("\r12.0: 256.0 MiB of 1024.0 MiB, 128.0 MiB/s");
    }

    private static FakeHost host() {
        FakeHost host = new FakeHost();
        host.api.answer(ApiRequest.CheckpointSlots.class, SlotsGoldenTest::act);
        host.api.answer(ApiRequest.VacateSlots.class, SlotsGoldenTest::act);
        host.api.answer(
                ApiRequest.QueryAds.class,
                query -> new ApiReply.Ads(slots(query.constraint()), List.of()));
        return host;
    }

    private static List<ClassAd> slots(Optional<String> constraint) {
        List<ClassAd> slots = new ArrayList<>();
        if (!constraint.equals(Optional.of("false"))) {
            slots.add(slot("vm.local", FakeApi.ADDRESS));
            slots.add(slot("vm.local", FakeApi.ADDRESS));
            slots.add(slot("other.local", OTHER));
        }
        return slots;
    }

    private static ClassAd slot(String machine, NodeAddress address) {
        return ClassAd.builder().put("Machine", machine).put("MyAddress", address.sinful()).build();
    }

    /**
     * Slot 1 has a job with an image, slot 2 one without luck, slot 3 none, slot 4 a vanilla one.
     */
    private static ApiReply.SlotResults act(ApiRequest.OnSlots request) {
        String name = request.target().name().orElse("slot1@vm.local");
        JobId job = new JobId(12, 0);
        return switch (name) {
            case "nowhere" ->
                    throw new ApiException(
                            ApiException.Code.NOT_FOUND,
                            "Can't find address for startd nowhere",
                            "condor_status shows the nodes that are in the pool now");
            case "dead" ->
                    throw new ApiException(
                            ApiException.Code.NOT_FOUND, "Failed to connect to startd dead");
            case "slot5@vm.local" ->
                    throw new ApiException(
                            ApiException.Code.FORBIDDEN,
                            "user 'coduser' may not administer this machine",
                            "ask the administrator");
            case "slot2@vm.local" ->
                    results(
                            name,
                            new JobResult(
                                    job,
                                    request.waitForEnd() ? JobOutcome.ERROR : JobOutcome.SUCCESS,
                                    Optional.of("no space left on the device"),
                                    Optional.empty()));
            case "slot3@vm.local" ->
                    new ApiReply.SlotResults(List.of(new SlotResult(name, Optional.empty())));
            case "slot4@vm.local" -> results(name, new JobResult(job, JobOutcome.BAD_STATUS));
            default -> results(name, request.waitForEnd() ? taken() : ordered());
        };
    }

    private static ApiReply.SlotResults results(String slot, JobResult job) {
        return new ApiReply.SlotResults(List.of(new SlotResult(slot, Optional.of(job))));
    }

    private static JobResult ordered() {
        return new JobResult(new JobId(12, 0), JobOutcome.SUCCESS);
    }

    private static JobResult taken() {
        ClassAd image =
                ClassAd.builder()
                        .put(ImageAd.STATE, ImageAd.COMPLETE)
                        .putInt(ImageAd.GENERATION, 3)
                        .putInt(ImageAd.SIZE, 1L << 30)
                        .putReal(ImageAd.TOOK, 2.0)
                        .putReal(ImageAd.PAUSE, 0.0021)
                        .build();
        return new JobResult(
                new JobId(12, 0), JobOutcome.SUCCESS, Optional.empty(), Optional.of(image));
    }

    private static ClassAd writing(FakeHost host) {
        return ClassAd.builder()
                .putInt("ClusterId", 12)
                .putInt("ProcId", 0)
                .put(ImageAd.STATE, ImageAd.WRITING)
                .putInt(ImageAd.SIZE, 256L << 20)
                .putInt(ImageAd.EXPECTED, 1L << 30)
                .putReal(ImageAd.CREATED, host.now.getEpochSecond() - 2.0)
                .build();
    }
}
