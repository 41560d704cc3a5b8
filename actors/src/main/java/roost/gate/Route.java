// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.ClaimReply;

/**
 * One thing that can be asked over HTTP.
 *
 * @param method GET or POST
 * @param path segments in braces stand for any one segment, named after a field of the request
 * @param operation name in the OpenAPI document
 * @param summary one sentence
 * @param kind what answers
 * @param request for {@link Kind#CALL}: the request that the route stands for
 * @param reply for {@link Kind#CALL}: what it is answered with
 * @param fixed fields of the request that the route decides
 */
record Route(
        String method,
        List<String> path,
        String operation,
        String summary,
        Kind kind,
        Optional<Class<? extends ApiRequest<?>>> request,
        Optional<Class<? extends ApiReply>> reply,
        Map<String, String> fixed) {

    /** What answers a route. */
    enum Kind {
        /** The node's API. */
        CALL,
        EVENTS,
        HEALTH,
        METRICS,
        OPENAPI
    }

    /** Every route there is. */
    static final List<Route> ALL =
            List.of(
                    post("/v1/claims", "requestClaim", "Make a COD claim on a slot.")
                            .of(ApiRequest.RequestClaim.class, ClaimReply.class),
                    get("/v1/claims", "listClaims", "The caller's own claims, whole ids included.")
                            .of(ApiRequest.ListClaims.class, ApiReply.Ads.class),
                    onClaim("activate", "Start an application under a claim.")
                            .of(ApiRequest.ActivateClaim.class, ClaimReply.class),
                    onClaim("suspend", "Stop the application of a claim for a while.")
                            .of(ApiRequest.SuspendClaim.class, ClaimReply.class),
                    onClaim("resume", "Continue a suspended application.")
                            .of(ApiRequest.ResumeClaim.class, ClaimReply.class),
                    onClaim("renew", "Begin a claim's lease anew.")
                            .of(ApiRequest.RenewClaim.class, ClaimReply.class),
                    onClaim("deactivate", "End a claim's application and keep the claim.")
                            .of(ApiRequest.DeactivateClaim.class, ClaimReply.class),
                    onClaim("release", "End a claim, and its application with it.")
                            .of(ApiRequest.ReleaseClaim.class, ClaimReply.class),
                    onClaim("delegate_proxy", "Give a claim's jobs a credential file.")
                            .of(ApiRequest.DelegateProxy.class, ClaimReply.class),
                    claimInPath("activate").of(ApiRequest.ActivateClaim.class, ClaimReply.class),
                    claimInPath("suspend").of(ApiRequest.SuspendClaim.class, ClaimReply.class),
                    claimInPath("resume").of(ApiRequest.ResumeClaim.class, ClaimReply.class),
                    claimInPath("renew").of(ApiRequest.RenewClaim.class, ClaimReply.class),
                    claimInPath("deactivate")
                            .of(ApiRequest.DeactivateClaim.class, ClaimReply.class),
                    claimInPath("release").of(ApiRequest.ReleaseClaim.class, ClaimReply.class),
                    claimInPath("delegate_proxy")
                            .of(ApiRequest.DelegateProxy.class, ClaimReply.class),
                    get("/v1/slots", "listSlots", "Slot ads of the pool.")
                            .with("type", "SLOT")
                            .of(ApiRequest.QueryAds.class, ApiReply.Ads.class),
                    get("/v1/nodes", "listNodes", "Node ads of the pool.")
                            .with("type", "NODE")
                            .of(ApiRequest.QueryAds.class, ApiReply.Ads.class),
                    get("/v1/jobs", "listJobs", "Job ads of this node's queue.")
                            .of(ApiRequest.QueryJobs.class, ApiReply.Ads.class),
                    post("/v1/jobs", "submitJobs", "Submit one cluster of batch jobs.")
                            .of(ApiRequest.SubmitJobs.class, ApiReply.Submitted.class),
                    post(
                                    "/v1/jobs/actions",
                                    "actOnJobs",
                                    "Remove, hold, release, vacate or checkpoint jobs.")
                            .of(ApiRequest.ActOnJobs.class, ApiReply.JobResults.class),
                    post(
                                    "/v1/slots/checkpoint",
                                    "checkpointSlots",
                                    "Write images of the batch jobs in slots.")
                            .of(ApiRequest.CheckpointSlots.class, ApiReply.SlotResults.class),
                    post("/v1/slots/vacate", "vacateSlots", "Take batch jobs off their slots.")
                            .of(ApiRequest.VacateSlots.class, ApiReply.SlotResults.class),
                    get("/v1/images", "listImages", "Images of the jobs in a node's queue.")
                            .of(ApiRequest.QueryImages.class, ApiReply.Ads.class),
                    get("/v1/node", "getNode", "What the node is and how it does.")
                            .of(ApiRequest.GetNode.class, ApiReply.Node.class),
                    post("/v1/node/stop", "stopNode", "End the node.")
                            .of(ApiRequest.StopNode.class, ApiReply.Done.class),
                    post("/v1/node/reconfig", "reconfigureNode", "Read the configuration again.")
                            .of(ApiRequest.Reconfigure.class, ApiReply.Done.class),
                    get("/v1/events", "events", "State changes from now on, as server-sent events.")
                            .answeredBy(Kind.EVENTS),
                    get("/v1/openapi.json", "openapi", "This document.").answeredBy(Kind.OPENAPI),
                    get("/health", "health", "Whether anything is wrong with the node.")
                            .answeredBy(Kind.HEALTH),
                    get("/metrics", "metrics", "The node's numbers in OpenMetrics format.")
                            .answeredBy(Kind.METRICS));

    private static Route get(String path, String operation, String summary) {
        return bare("GET", path, operation, summary);
    }

    private static Route post(String path, String operation, String summary) {
        return bare("POST", path, operation, summary);
    }

    private static Route onClaim(String verb, String summary) {
        return post("/v1/claims/" + verb, name(verb) + "Claim", summary);
    }

    /** For those who like the id in the path, percent-encoded. */
    private static Route claimInPath(String verb) {
        return post(
                "/v1/claims/{id}/" + verb,
                name(verb) + "ClaimInPath",
                "The same, with the claim's id percent-encoded in the path.");
    }

    private static String name(String verb) {
        return verb.equals("delegate_proxy") ? "delegateProxyOf" : verb;
    }

    private static Route bare(String method, String path, String operation, String summary) {
        return new Route(
                method,
                List.of(path.substring(1).split("/")),
                operation,
                summary,
                Kind.CALL,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    private Route with(String field, String value) {
        return new Route(
                method, path, operation, summary, kind, request, reply, Map.of(field, value));
    }

    private Route answeredBy(Kind other) {
        return new Route(method, path, operation, summary, other, request, reply, fixed);
    }

    private <R extends ApiReply> Route of(
            Class<? extends ApiRequest<R>> requestClass, Class<R> replyClass) {
        return new Route(
                method,
                path,
                operation,
                summary,
                kind,
                Optional.of(requestClass),
                Optional.of(replyClass),
                fixed);
    }

    /** The path as in the OpenAPI document. */
    String template() {
        return "/" + String.join("/", path);
    }

    /** The fields that stand in the path. */
    List<String> pathFields() {
        return path.stream().filter(Route::isField).map(Route::fieldName).toList();
    }

    /** The values of the fields in a path, in order; empty if the path is another route's. */
    Optional<List<String>> match(List<String> segments) {
        if (segments.size() != path.size()) {
            return Optional.empty();
        }
        String[] values = new String[pathFields().size()];
        int found = 0;
        for (int i = 0; i < segments.size(); i++) {
            if (isField(path.get(i))) {
                values[found++] = segments.get(i);
            } else if (!path.get(i).equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(Arrays.asList(values));
    }

    private static boolean isField(String segment) {
        return segment.startsWith("{");
    }

    private static String fieldName(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
