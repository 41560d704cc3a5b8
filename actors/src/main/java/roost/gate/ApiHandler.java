// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiException.Code;
import roost.api.ApiJson;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.api.EventFilter;
import roost.config.Spelling;
import roost.observe.Health;
import roost.observe.Metrics;
import roost.security.Identity;

/**
 * Answers HTTP requests by the table of routes. Never waits; never logs a path, which may hold a
 * secret.
 */
final class ApiHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final String JSON = "application/json";

    /** The attribute of a connection that says who is at its other end. */
    private static final String IDENTITY = Identity.class.getName();

    private final ApiServer.Limits limits;
    private final PeerCredentials peers;
    private final Function<Identity, Api> apis;
    private final Metrics metrics;
    private final Health health;
    private final IntSupplier connections;
    private final RequestReader reader;
    private final byte[] openApi;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final LongAdder answered;
    private final LongAdder refused;

    ApiHandler(
            ApiServer.Limits limits,
            PeerCredentials peers,
            Function<Identity, Api> apis,
            Metrics metrics,
            Health health,
            IntSupplier connections,
            String version) {
        this.limits = limits;
        this.peers = peers;
        this.apis = apis;
        this.metrics = metrics;
        this.health = health;
        this.connections = connections;
        this.reader = new RequestReader(limits.adBytes());
        this.openApi = json(OpenApi.document(version));
        this.answered =
                metrics.counter("roost_http_requests", "HTTP requests.", "outcome", "answered");
        this.refused =
                metrics.counter("roost_http_requests", "HTTP requests.", "outcome", "refused");
        metrics.gauge("roost_http_event_streams", "Clients that listen to events.", streams::size);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            if (connections.getAsInt() > limits.connections()) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                throw new ApiException(
                        Code.UNAVAILABLE, "too many clients are connected", "try again");
            }
            route(request, response, callback);
        } catch (ApiException e) {
            refuse(response, callback, e);
        }
        return true;
    }

    /** Called now and then: keeps the event streams alive. */
    void heartbeat() {
        streams.forEach(EventStream::heartbeat);
    }

    /** Ends the event streams. */
    void endStreams() {
        streams.forEach(stream -> stream.end(null));
    }

    // ---- which route ----

    private void route(Request request, Response response, Callback callback) {
        List<String> segments = segments(request.getHttpURI().getPath());
        Set<String> methods = new LinkedHashSet<>();
        for (Route route : Route.ALL) {
            Optional<List<String>> values = route.match(segments);
            if (values.isEmpty()) {
                continue;
            }
            methods.add(route.method());
            if (route.method().equals(request.getMethod())) {
                answer(route, values.get(), request, response, callback);
                return;
            }
        }
        if (!methods.isEmpty()) {
            String allowed = String.join(", ", methods);
            response.getHeaders().put(HttpHeader.ALLOW, allowed);
            String message = request.getMethod() + " cannot be done there; " + allowed + " can";
            write(response, callback, 405, error(Code.INVALID, message, null));
            return;
        }
        throw new ApiException(
                Code.NOT_FOUND,
                "there is nothing at this path",
                "GET /v1/openapi.json lists what is");
    }

    private static List<String> segments(String path) {
        String bare = path == null || path.isEmpty() ? "" : path.substring(1);
        List<String> segments = new ArrayList<>();
        for (String segment : bare.split("/", -1)) {
            try {
                // A plus sign stands for itself in a path.
                segments.add(
                        URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new ApiException(Code.INVALID, "the path is not well encoded");
            }
        }
        return segments;
    }

    private void answer(
            Route route,
            List<String> pathValues,
            Request request,
            Response response,
            Callback callback) {
        switch (route.kind()) {
            case OPENAPI -> write(response, callback, 200, JSON, openApi);
            case METRICS ->
                    write(
                            response,
                            callback,
                            200,
                            Metrics.CONTENT_TYPE,
                            metrics.render().getBytes(StandardCharsets.UTF_8));
            case HEALTH -> health(response, callback);
            case EVENTS -> events(request, response, callback);
            case CALL -> {
                Api api = apis.apply(identity(request));
                Map<String, List<String>> query = query(request);
                body(request)
                        .thenApply(body -> reader.read(route, pathValues, query, body))
                        .thenCompose(read -> call(api, read, request))
                        .whenComplete(
                                (reply, failure) -> reply(response, callback, reply, failure));
            }
        }
    }

    /** Asked of the kernel once for each connection: it tells who connected, for good. */
    private Identity identity(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        if (connection.getAttribute(IDENTITY) instanceof Identity known) {
            return known;
        }
        Object transport = connection.getConnection().getEndPoint().getTransport();
        try {
            Identity identity = peers.of((SocketChannel) transport);
            connection.setAttribute(IDENTITY, identity);
            return identity;
        } catch (IOException e) {
            throw new ApiException(Code.UNAUTHENTICATED, "the kernel does not tell who is calling");
        }
    }

    private static Map<String, List<String>> query(Request request) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        try {
            for (Fields.Field field : Request.extractQueryParameters(request)) {
                query.put(field.getName(), field.getValues());
            }
        } catch (RuntimeException e) {
            throw new ApiException(Code.INVALID, "the query is not well encoded");
        }
        return query;
    }

    // ---- what comes in ----

    private CompletableFuture<byte[]> body(Request request) {
        if (request.getMethod().equals("GET")) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        if (request.getLength() > limits.requestBytes()) {
            throw tooLarge();
        }
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request, limits.requestBytes(), Promise.Invocable.toPromise(whole));
        return whole;
    }

    private ApiException tooLarge() {
        return new ApiException(
                Code.TOO_LARGE,
                "the request is larger than " + limits.requestBytes() + " bytes",
                "submit fewer jobs at a time, or put large data into files");
    }

    private static <R extends ApiReply> CompletionStage<R> call(
            Api api, ApiRequest<R> read, Request request) {
        // From here on it takes as long as it takes: a release waits for the job to end.
        request.addIdleTimeoutListener(timeout -> false);
        return api.call(read);
    }

    // ---- what goes out ----

    private void reply(Response response, Callback callback, ApiReply reply, Throwable failure) {
        if (failure != null) {
            refuse(response, callback, asApiException(failure));
        } else if (reply instanceof ClaimReply claim && !claim.succeeded()) {
            Code code = code(claim.result());
            ObjectNode error =
                    error(
                            code,
                            claim.error().orElse(claim.result().literal()),
                            claim.hint().orElse(null));
            error.set("reply", ApiJson.mapper().valueToTree(reply));
            refused.increment();
            write(response, callback, code.httpStatus(), error);
        } else {
            answered.increment();
            write(response, callback, 200, JSON, json(reply));
        }
    }

    private ApiException asApiException(Throwable failure) {
        Throwable cause = failure instanceof CompletionException c ? c.getCause() : failure;
        if (cause instanceof ApiException known) {
            return known;
        }
        if (cause instanceof TimeoutException) {
            return new ApiException(Code.TIMEOUT, "the request did not arrive whole in time");
        }
        if (cause instanceof HttpException http) {
            return new ApiException(Code.INVALID, "not HTTP: " + http.getReason());
        }
        if (cause instanceof IllegalStateException
                && String.valueOf(cause.getMessage()).contains("Max")) {
            return tooLarge();
        }
        if (cause instanceof IOException) {
            return new ApiException(Code.INVALID, "the request did not arrive whole");
        }
        LOG.error("a request failed", cause);
        return new ApiException(
                Code.INTERNAL, "internal error: " + cause, "the node's log has more");
    }

    private static Code code(CaResult result) {
        return switch (result) {
            case SUCCESS -> throw new IllegalArgumentException("no failure");
            case NOT_AUTHENTICATED -> Code.UNAUTHENTICATED;
            case NOT_AUTHORIZED -> Code.FORBIDDEN;
            case INVALID_REQUEST -> Code.INVALID;
            case INVALID_STATE, FAILURE -> Code.CONFLICT;
            case LOCATE_FAILED -> Code.NOT_FOUND;
            case CONNECT_FAILED, COMMUNICATION_ERROR, INVALID_REPLY -> Code.UNAVAILABLE;
        };
    }

    private void refuse(Response response, Callback callback, ApiException e) {
        refused.increment();
        write(
                response,
                callback,
                e.code().httpStatus(),
                error(e.code(), e.getMessage(), e.hint().orElse(null)));
    }

    /** The form that every failure has. */
    static ObjectNode error(Code code, String message, String hint) {
        ObjectNode error = ApiJson.mapper().createObjectNode();
        error.put("code", code.name()).put("message", message);
        if (hint != null) {
            error.put("hint", hint);
        }
        return error;
    }

    private void health(Response response, Callback callback) {
        List<String> problems = health.problems();
        ObjectNode node = ApiJson.mapper().createObjectNode();
        node.put("status", problems.isEmpty() ? "ok" : "problems");
        problems.forEach(node.putArray("problems")::add);
        write(response, callback, problems.isEmpty() ? 200 : 503, node);
    }

    private void events(Request request, Response response, Callback callback) {
        Identity identity = identity(request);
        EventFilter filter = filter(query(request));
        if (streams.size() >= limits.eventStreams()) {
            throw new ApiException(Code.BUSY, "too many clients listen to events already");
        }
        request.addIdleTimeoutListener(timeout -> false);
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        EventStream[] self = new EventStream[1];
        self[0] =
                new EventStream(
                        response,
                        callback,
                        limits.eventsQueued(),
                        Clock.systemUTC(),
                        () -> streams.remove(self[0]));
        streams.add(self[0]);
        request.addFailureListener(self[0]::end);
        try {
            self[0].begin(apis.apply(identity).subscribe(filter, self[0]::offer));
        } catch (ApiException e) {
            streams.remove(self[0]);
            throw e;
        }
    }

    private static EventFilter filter(Map<String, List<String>> query) {
        List<String> known =
                Arrays.stream(ApiEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList();
        Set<String> kinds = new LinkedHashSet<>();
        query.forEach(
                (name, values) -> {
                    if (!name.equals("kind")) {
                        throw new ApiException(
                                Code.INVALID,
                                "there is no parameter '" + name + "'",
                                "known are: kind");
                    }
                    values.forEach(value -> kinds.addAll(List.of(value.split(","))));
                });
        for (String kind : kinds) {
            if (!known.contains(kind)) {
                throw new ApiException(
                        Code.INVALID,
                        "there is no kind of events '" + kind + "'",
                        Spelling.nearest(kind, known)
                                .map(near -> "did you mean '" + near + "'?")
                                .orElse("known are: " + String.join(", ", known)));
            }
        }
        return new EventFilter(Set.copyOf(kinds));
    }

    /** With a line end, for those who read it at a terminal. */
    private static byte[] json(Object value) {
        try {
            byte[] text = ApiJson.mapper().writeValueAsBytes(value);
            byte[] line = Arrays.copyOf(text, text.length + 1);
            line[text.length] = '\n';
            return line;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }

    private static void write(Response response, Callback callback, int status, ObjectNode node) {
        write(response, callback, status, JSON, json(node));
    }

    private static void write(
            Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
