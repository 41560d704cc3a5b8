// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.EventFilter;
import roost.security.Identity;

/** A node that remembers what it was asked and answers as a test says. */
final class FakeApi {
    final BlockingQueue<ApiRequest<?>> asked = new LinkedBlockingQueue<>();
    final BlockingQueue<Identity> callers = new LinkedBlockingQueue<>();
    final List<Consumer<ApiEvent>> listeners = new CopyOnWriteArrayList<>();
    final BlockingQueue<EventFilter> filters = new LinkedBlockingQueue<>();

    volatile Function<ApiRequest<?>, CompletableFuture<ApiReply>> answer =
            request -> CompletableFuture.completedFuture(new ApiReply.Done("done"));

    Api as(Identity identity) {
        callers.add(identity);
        return new Api() {
            @Override
            @SuppressWarnings("unchecked")
            public <R extends ApiReply> CompletionStage<R> call(ApiRequest<R> request) {
                asked.add(request);
                return (CompletionStage<R>) answer.apply(request);
            }

            @Override
            public Subscription subscribe(EventFilter filter, Consumer<ApiEvent> listener) {
                filters.add(filter);
                listeners.add(listener);
                return () -> listeners.remove(listener);
            }
        };
    }
}
