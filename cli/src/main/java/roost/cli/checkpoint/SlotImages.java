// SPDX-License-Identifier: Apache-2.0
package roost.cli.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.ApiRequest.Target;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.NodeCalls;
import roost.id.NodeAddress;

/**
 * The images that are being written in some slots. The queue of a job knows of its image, and that
 * may be another node's than the one whose slot the job has.
 */
final class SlotImages implements ProgressLine.Images {
    private final CommandHost host;
    private final Target target;

    /**
     * @param target the slot or the machine
     */
    SlotImages(CommandHost host, Target target) {
        this.host = host;
        this.target = target;
    }

    /** Looked for each time: what a slot says of its job lags a little behind. */
    @Override
    public List<ApiRequest.QueryImages> queries() {
        List<ApiRequest.QueryImages> queries = new ArrayList<>();
        queries.add(new ApiRequest.QueryImages(target, Optional.empty()));
        slotsByQueue()
                .forEach(
                        (queue, slots) ->
                                queries.add(
                                        new ApiRequest.QueryImages(
                                                Target.at(queue), Optional.of(anyOf(slots)))));
        return queries;
    }

    /** Those slots that have a job of another node's queue. */
    private Map<NodeAddress, List<String>> slotsByQueue() {
        Map<NodeAddress, List<String>> found = new LinkedHashMap<>();
        try {
            String node = NodeCalls.ask(host, new ApiRequest.GetNode(target)).address().sinful();
            ApiReply.Ads slots =
                    NodeCalls.ask(
                            host,
                            new ApiRequest.QueryAds(
                                    ApiRequest.AdType.SLOT,
                                    Optional.of("RoostQueue isnt undefined"),
                                    List.of("Name", "MyAddress", "RoostQueue"),
                                    false));
            for (ClassAd slot : slots.ads()) {
                String name = slot.getString("Name").orElse("");
                boolean there = slot.getString("MyAddress").equals(Optional.of(node));
                if (there && (!isSlot(target) || target.name().get().equalsIgnoreCase(name))) {
                    slot.getString("RoostQueue")
                            .flatMap(NodeAddress::parse)
                            .ifPresent(
                                    queue ->
                                            found.computeIfAbsent(queue, q -> new ArrayList<>())
                                                    .add(name));
                }
            }
        } catch (ApiException e) {
            return Map.of(); // the order itself will say what is wrong
        }
        return found;
    }

    static boolean isSlot(Target target) {
        return target.name().map(name -> name.contains("@")).orElse(false);
    }

    private static String anyOf(List<String> slots) {
        return String.join(
                " || ", slots.stream().map(slot -> "RemoteHost == \"" + slot + "\"").toList());
    }
}
