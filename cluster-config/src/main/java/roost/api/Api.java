// SPDX-License-Identifier: Apache-2.0
package roost.api;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A node as one authenticated caller sees it. The HTTP doors, the command line and cluster clients
 * all speak to this, so there is one vocabulary and one authorisation path.
 *
 * <p>Safe for use by several threads.
 */
public interface Api {
    /**
     * Sends one request.
     *
     * @return completes with the reply, or exceptionally with {@link ApiException}. A claim request
     *     that the node understood but refused is a reply ({@link ClaimReply#result()}), not an
     *     exception.
     */
    <R extends ApiReply> CompletionStage<R> call(ApiRequest<R> request);

    /**
     * Delivers state changes from now on until closed. At most a named number of undelivered events
     * is kept for a slow listener; then it is sent {@link ApiEvent.Overrun} and the stream ends.
     */
    Subscription subscribe(EventFilter filter, Consumer<ApiEvent> listener);

    /** A running subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
