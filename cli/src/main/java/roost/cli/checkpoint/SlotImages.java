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
import roost.api.ImageAd;
import roost.classad.ClassAd;
import roost.cli.NodeCalls;
import roost.id.NodeAddress;

/**
 * The images that are being written in some slots. The queue of a job knows of its image, and that
 * may be another node's than the one whose slot the job has.
 */
final class SlotImages {
    private final CommandHost host;
    private final List<ApiRequest.QueryImages> queries = new ArrayList<>();

    /**
     * @param target the slot or the machine
     */
    SlotImages(CommandHost host, Target target) {
        this.host = host;
        queries.add(new ApiRequest.QueryImages(target, Optional.empty()));
        slotsByQueue(target)
                .forEach(
                        (queue, slots) ->
                                queries.add(
                                        new ApiRequest.QueryImages(
                                                Target.at(queue), Optional.of(anyOf(slots)))));
    }

    /** Those slots that have a job of another node's queue. */
    private Map<NodeAddress, List<String>> slotsByQueue(Target target) {
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

    /** The ads of the images as they now are, named in {@link ImageAd}. */
    List<ClassAd> writing() {
        List<ClassAd> found = new ArrayList<>();
        for (ApiRequest.QueryImages query : queries) {
            try {
                NodeCalls.ask(host, query).ads().stream()
                        .filter(
                                ad ->
                                        ad.getString(ImageAd.STATE)
                                                .equals(Optional.of(ImageAd.WRITING)))
                        .forEach(found::add);
            } catch (ApiException e) {
                continue; // a progress line is not worth an error
            }
        }
        return found;
    }
}
