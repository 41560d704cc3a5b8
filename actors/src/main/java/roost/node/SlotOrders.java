// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiReply.JobResult;
import roost.api.ApiReply.SlotResult;
import roost.api.ApiRequest;
import roost.api.ApiRequest.JobAction;
import roost.api.ApiRequest.JobSelection;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.security.Identity;
import roost.security.Policy;

/**
 * Orders that name slots and are for the batch jobs there. They go to the queue, because a job
 * leaves its slot only after it is journaled who wanted that and why; so a slot's job is treated
 * the same whichever way it is named.
 *
 * <p>An administrator of the machine may give orders for every job, anybody else for his own:
 * HTCondor wants the machine's ADMINISTRATOR permission and offers the owner of a job nothing here.
 */
final class SlotOrders {
    /** Where orders for jobs go. */
    interface Queues {
        /**
         * @param other the node whose queue is asked; empty for this one's
         */
        CompletionStage<ApiReply> ask(
                Optional<NodeAddress> other, ApiRequest.ActOnJobs request, Identity caller);
    }

    private record Busy(SlotName slot, JobId job, String owner, Optional<NodeAddress> otherQueue) {}

    private final Supplier<Policy> policy;
    private final Supplier<Identity> node;

    /**
     * @param policy who may administer this machine
     * @param node in whose name an administrator's orders reach the queue
     */
    SlotOrders(Supplier<Policy> policy, Supplier<Identity> node) {
        this.policy = policy;
        this.node = node;
    }

    /**
     * Gives the orders.
     *
     * @param ads of all slots, as they are now: a job that was just started has to be in its slot's
     * @throws ApiException NOT_FOUND for a slot that is not here, FORBIDDEN
     */
    CompletionStage<ApiReply> carryOut(
            ApiRequest.OnSlots orders, Identity caller, Map<SlotName, ClassAd> ads, Queues queues) {
        List<SlotName> slots = slots(orders.target(), List.copyOf(ads.keySet()));
        List<Busy> busy = new ArrayList<>();
        slots.forEach(slot -> busy(slot, ads.get(slot)).ifPresent(busy::add));
        boolean administrator = policy.get().isAdministrator(caller);
        if (!administrator) {
            busy.removeIf(slot -> !slot.owner().equals(caller.user()));
            if (busy.isEmpty()) {
                throw new ApiException(
                        ApiException.Code.FORBIDDEN,
                        "user '" + caller.user() + "' may not administer this machine",
                        "the account the node runs as may, and those in COD_SUPER_USERS; others"
                                + " may act on the slots that run their own jobs");
            }
        }
        if (busy.isEmpty()) {
            return CompletableFuture.completedFuture(results(slots, Map.of()));
        }
        Identity inQueue = administrator ? node.get() : caller;
        Map<Optional<NodeAddress>, List<Busy>> byQueue =
                busy.stream().collect(Collectors.groupingBy(Busy::otherQueue));
        List<CompletableFuture<Map<SlotName, JobResult>>> answers = new ArrayList<>();
        byQueue.forEach(
                (other, its) ->
                        answers.add(
                                queues.ask(other, order(orders, its, caller), inQueue)
                                        .thenApply(reply -> bySlot(its, reply))
                                        .toCompletableFuture()));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(
                        all -> {
                            Map<SlotName, JobResult> results = new HashMap<>();
                            answers.forEach(answer -> results.putAll(answer.join()));
                            return results(slots, results);
                        });
    }

    private static Map<SlotName, JobResult> bySlot(List<Busy> busy, ApiReply reply) {
        Map<JobId, JobResult> byJob = new HashMap<>();
        ((ApiReply.JobResults) reply).results().forEach(result -> byJob.put(result.id(), result));
        Map<SlotName, JobResult> bySlot = new HashMap<>();
        for (Busy slot : busy) {
            Optional.ofNullable(byJob.get(slot.job()))
                    .ifPresent(result -> bySlot.put(slot.slot(), result));
        }
        return bySlot;
    }

    private static List<SlotName> slots(ApiRequest.Target target, List<SlotName> all) {
        Optional<SlotName> one = target.name().flatMap(SlotName::parse);
        if (one.isEmpty()) {
            return all;
        }
        return all.stream()
                .filter(slot -> slot.slot().equals(one.get().slot()))
                .findFirst()
                .map(List::of)
                .orElseThrow(
                        () ->
                                new ApiException(
                                        ApiException.Code.NOT_FOUND,
                                        "Can't find address for startd " + target.name().get(),
                                        "condor_status shows the slots that there are"));
    }

    private static Optional<Busy> busy(SlotName slot, ClassAd ad) {
        return ad.getString("JobId")
                .flatMap(JobId::parse)
                .map(
                        job ->
                                new Busy(
                                        slot,
                                        job,
                                        user(ad.getString("RemoteOwner").orElse("")),
                                        ad.getString("RoostQueue").flatMap(NodeAddress::parse)));
    }

    /** The account in {@code user@domain}. */
    private static String user(String qualified) {
        int at = qualified.indexOf('@');
        return at < 0 ? qualified : qualified.substring(0, at);
    }

    private static ApiRequest.ActOnJobs order(
            ApiRequest.OnSlots orders, List<Busy> busy, Identity caller) {
        boolean vacate = orders instanceof ApiRequest.VacateSlots;
        boolean fast = orders instanceof ApiRequest.VacateSlots v && v.fast();
        JobAction action =
                !vacate ? JobAction.CHECKPOINT : fast ? JobAction.VACATE_FAST : JobAction.VACATE;
        return new ApiRequest.ActOnJobs(
                action,
                new JobSelection(
                        busy.stream().map(Busy::job).toList(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        false),
                Optional.of(
                        "via condor_"
                                + (vacate ? "vacate" : "checkpoint")
                                + " (by user "
                                + caller.user()
                                + ")"),
                orders.waitForEnd());
    }

    private static ApiReply results(List<SlotName> slots, Map<SlotName, JobResult> results) {
        return new ApiReply.SlotResults(
                slots.stream()
                        .map(
                                slot ->
                                        new SlotResult(
                                                slot.toString(),
                                                Optional.ofNullable(results.get(slot))))
                        .toList());
    }
}
