// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;

/** Requests to the node, for commands, which wait for the reply. */
public final class NodeCalls {
    private NodeCalls() {}

    /** The user went away while the command waited. */
    public static final class InterruptedCallException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InterruptedCallException(InterruptedException cause) {
            super(cause);
        }
    }

    /**
     * Sends a request and waits for the reply as long as it takes.
     *
     * @throws ApiException if it cannot be answered
     */
    public static <R extends ApiReply> R ask(CommandHost host, ApiRequest<R> request) {
        return ask(host, request, Duration.ZERO);
    }

    /**
     * Sends a request and waits for the reply.
     *
     * @param timeout how long to wait; zero: as long as it takes
     * @throws ApiException if it cannot be answered; TIMEOUT if it is not in time
     */
    public static <R extends ApiReply> R ask(
            CommandHost host, ApiRequest<R> request, Duration timeout) {
        var reply = host.api().call(request).toCompletableFuture();
        return await(reply, timeout)
                .orElseThrow(
                        () ->
                                new ApiException(
                                        ApiException.Code.TIMEOUT,
                                        "the node did not answer within "
                                                + timeout.toSeconds()
                                                + " seconds"));
    }

    /**
     * Waits for a reply that is on its way.
     *
     * @param timeout how long to wait; zero: as long as it takes
     * @return empty if it is not there in time
     * @throws ApiException if it is that the request cannot be answered
     */
    public static <R extends ApiReply> Optional<R> await(
            CompletableFuture<R> reply, Duration timeout) {
        try {
            return Optional.of(
                    timeout.isZero()
                            ? reply.get()
                            : reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedCallException(e);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException failure) {
                throw failure;
            }
            throw new IllegalStateException("the node's answer could not be had", e.getCause());
        }
    }
}
