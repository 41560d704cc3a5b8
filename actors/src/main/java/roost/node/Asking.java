// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks an actor, for those who are none.
 *
 * <p>The stage that Akka's own ask pattern returns is Scala's, and runs whatever depends on it in
 * the JVM's common pool; where there is only one processor to spare the JVM has no such pool and
 * starts a thread for each. That took more time (150 us) and more of the processor than everything
 * else about a request.
 */
public final class Asking {
    private Asking() {}

    /**
     * Asks once.
     *
     * @param message the question, given where the answer is to go
     * @return what depends on it runs in the thread of the actor that answers, so it must not block
     */
    public static <T, R> CompletableFuture<R> ask(
            ActorRef<T> actor,
            Function<ActorRef<R>, T> message,
            Duration timeout,
            Scheduler scheduler) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        AskPattern.ask(actor, message::apply, timeout, scheduler)
                .whenCompleteAsync(
                        (reply, failure) -> {
                            if (failure == null) {
                                answer.complete(reply);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        },
                        Runnable::run);
        return answer;
    }
}
