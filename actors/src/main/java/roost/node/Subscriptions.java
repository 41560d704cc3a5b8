// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.EventFilter;

/**
 * Delivers state changes to subscribers, each in order and on its own time: a slow one holds up
 * nobody, and is cut off when too much waits for it. Safe for use by any thread.
 */
final class Subscriptions {
    private final int subscribersMax;
    private final int waitingMax;
    private final Executor executor;
    private final Set<One> all = ConcurrentHashMap.newKeySet();

    /**
     * @param waitingMax how many undelivered events one subscriber may have
     * @param executor where listeners are called; they may block
     */
    Subscriptions(int subscribersMax, int waitingMax, Executor executor) {
        this.subscribersMax = subscribersMax;
        this.waitingMax = waitingMax;
        this.executor = executor;
    }

    Api.Subscription add(EventFilter filter, Consumer<ApiEvent> listener) {
        if (all.size() >= subscribersMax) {
            throw new ApiException(
                    ApiException.Code.BUSY,
                    "this node has " + subscribersMax + " subscribers already",
                    "close some of them");
        }
        One one = new One(filter, listener);
        all.add(one);
        return () -> all.remove(one);
    }

    void publish(ApiEvent event) {
        all.forEach(one -> one.offer(event));
    }

    private final class One implements Runnable {
        private final EventFilter filter;
        private final Consumer<ApiEvent> listener;
        private final Deque<ApiEvent> waiting = new ArrayDeque<>();
        private boolean delivering;

        One(EventFilter filter, Consumer<ApiEvent> listener) {
            this.filter = filter;
            this.listener = listener;
        }

        void offer(ApiEvent event) {
            if (!filter.accepts(event)) {
                return;
            }
            synchronized (waiting) {
                if (waiting.size() >= waitingMax) {
                    long lost = waiting.size() + 1L;
                    waiting.clear();
                    waiting.add(new ApiEvent.Overrun(event.timeMillis(), lost));
                    all.remove(this);
                } else {
                    waiting.add(event);
                }
                if (delivering) {
                    return;
                }
                delivering = true;
            }
            executor.execute(this);
        }

        @Override
        public void run() {
            while (true) {
                ApiEvent event;
                synchronized (waiting) {
                    event = waiting.poll();
                    delivering = event != null;
                }
                if (event == null) {
                    return;
                }
                listener.accept(event);
            }
        }
    }
}
