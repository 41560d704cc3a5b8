// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorRef;
import java.util.Optional;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.Wire;
import roost.security.Identity;

/**
 * A request that another node passes on because this one is to answer it. The other node vouches
 * for the caller; it answers to the cluster's own authentication for that.
 */
public record Forward(ApiRequest<?> request, Identity caller, ActorRef<Forward.Outcome> replyTo)
        implements NodeActor.Command, Wire {

    /**
     * What came of it: a reply, or the parts of an {@link ApiException}.
     *
     * @param reply empty if it failed
     */
    public record Outcome(
            Optional<ApiReply> reply,
            Optional<ApiException.Code> code,
            Optional<String> message,
            Optional<String> hint)
            implements Wire {

        static Outcome of(ApiReply reply) {
            return new Outcome(
                    Optional.of(reply), Optional.empty(), Optional.empty(), Optional.empty());
        }

        static Outcome of(ApiException failure) {
            return new Outcome(
                    Optional.empty(),
                    Optional.of(failure.code()),
                    Optional.of(failure.getMessage()),
                    failure.hint());
        }

        /** The reply, or the failure as an exception. */
        public ApiReply get() {
            return reply.orElseThrow(
                    () ->
                            new ApiException(
                                    code.orElse(ApiException.Code.INTERNAL),
                                    message.orElse("the other node failed"),
                                    hint.orElse(null)));
        }
    }
}
