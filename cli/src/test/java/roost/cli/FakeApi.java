// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.EventFilter;
import roost.id.NodeAddress;

/** A node that keeps what it was asked and answers what the test says. */
public final class FakeApi implements Api {
    public static final NodeAddress ADDRESS = new NodeAddress("127.0.0.1", 35035);

    /** Every request, in order. */
    public final List<ApiRequest<?>> requests = new ArrayList<>();

    private final Map<Class<?>, Function<ApiRequest<?>, CompletableFuture<ApiReply>>> answers =
            new HashMap<>();

    public FakeApi() {
        answer(
                ApiRequest.GetNode.class,
                request ->
                        new ApiReply.Node(
                                "vm.local",
                                ADDRESS,
                                "0.1.0",
                                1,
                                0,
                                List.of("execute"),
                                2,
                                0,
                                0,
                                List.of(),
                                List.of(),
                                Optional.empty()));
    }

    /** What to answer to requests of a kind; the function may throw {@link ApiException}. */
    public <R extends ApiReply, Q extends ApiRequest<R>> FakeApi answer(
            Class<Q> kind, Function<Q, R> answer) {
        answers.put(
                kind,
                request -> {
                    try {
                        return CompletableFuture.completedFuture(answer.apply(kind.cast(request)));
                    } catch (ApiException e) {
                        return CompletableFuture.failedFuture(e);
                    }
                });
        return this;
    }

    /** What to answer to requests of a kind when the test thinks it is time. */
    @SuppressWarnings("unchecked")
    public <R extends ApiReply, Q extends ApiRequest<R>> FakeApi answerLater(
            Class<Q> kind, Function<Q, CompletableFuture<R>> answer) {
        answers.put(
                kind, request -> (CompletableFuture<ApiReply>) answer.apply(kind.cast(request)));
        return this;
    }

    /** Requests of a kind are never answered. */
    public FakeApi silent(Class<?> kind) {
        answers.put(kind, request -> new CompletableFuture<>());
        return this;
    }

    /** The last request of a kind. */
    public <Q> Q last(Class<Q> kind) {
        return requests.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " was sent"));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R extends ApiReply> CompletionStage<R> call(ApiRequest<R> request) {
        requests.add(request);
        var answer = answers.get(request.getClass());
        if (answer == null) {
            throw new AssertionError("nobody said what to answer to " + request);
        }
        return (CompletionStage<R>) answer.apply(request);
    }

    @Override
    public Subscription subscribe(EventFilter filter, Consumer<ApiEvent> listener) {
        throw new AssertionError("no command subscribes");
    }
}
