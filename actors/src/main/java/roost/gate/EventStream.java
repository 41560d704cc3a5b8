// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiJson;

/**
 * State changes to one HTTP client as server-sent events. At most a bounded number wait for a slow
 * client; then it is told that it missed some, and the stream ends.
 */
final class EventStream implements Callback {
    private static final String HEARTBEAT = ": heartbeat\n\n";
    private static final int STUCK_HEARTBEATS = 4;

    private final Response response;
    private final Callback whole;
    private final int queueMax;
    private final Clock clock;
    private final Runnable onEnd;

    // Guarded by this.
    private final Deque<String> queue = new ArrayDeque<>();
    private Api.Subscription subscription;
    private boolean writing;
    private boolean last;
    private boolean ended;
    private long number;
    private int heartbeatsUnsent;

    EventStream(Response response, Callback whole, int queueMax, Clock clock, Runnable onEnd) {
        this.response = response;
        this.whole = whole;
        this.queueMax = queueMax;
        this.clock = clock;
        this.onEnd = onEnd;
    }

    /** Begins with a comment, so that the client knows that it is listening. */
    void begin(Api.Subscription from) {
        boolean late;
        synchronized (this) {
            subscription = from;
            late = ended;
            queue.addFirst(": listening\n\n");
        }
        if (late) {
            from.close();
        } else {
            pump();
        }
    }

    /** Queues one event. */
    void offer(ApiEvent event) {
        synchronized (this) {
            if (last || ended) {
                return;
            }
            ApiEvent told = event;
            if (queue.size() >= queueMax) {
                told = new ApiEvent.Overrun(clock.millis(), queue.size() + 1L);
                queue.clear();
            }
            last = told instanceof ApiEvent.Overrun;
            queue.addLast(text(told, ++number));
        }
        pump();
    }

    /**
     * Sends a comment if nothing else is on its way: it finds out whether the client is there. One
     * that takes nothing for several heartbeats is given up.
     */
    void heartbeat() {
        boolean stuck;
        synchronized (this) {
            heartbeatsUnsent = writing ? heartbeatsUnsent + 1 : 0;
            stuck = heartbeatsUnsent > STUCK_HEARTBEATS;
            if (queue.isEmpty() && !writing && !last) {
                queue.addLast(HEARTBEAT);
            }
        }
        if (stuck) {
            end(new TimeoutException("the client takes no events"));
        } else {
            pump();
        }
    }

    private static String text(ApiEvent event, long number) {
        try {
            return "id: "
                    + number
                    + "\nevent: "
                    + event.getClass().getSimpleName()
                    + "\ndata: "
                    + ApiJson.mapper().writeValueAsString(event)
                    + "\n\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event is always JSON", e);
        }
    }

    private void pump() {
        ByteBuffer bytes;
        boolean end;
        synchronized (this) {
            if (writing || ended || subscription == null || queue.isEmpty()) {
                return;
            }
            writing = true;
            bytes = StandardCharsets.UTF_8.encode(String.join("", queue));
            queue.clear();
            end = last;
        }
        response.write(end, bytes, this);
    }

    @Override
    public void succeeded() {
        boolean done;
        synchronized (this) {
            writing = false;
            done = last && queue.isEmpty();
        }
        if (done) {
            end(null);
        } else {
            pump();
        }
    }

    @Override
    public void failed(Throwable cause) {
        end(cause);
    }

    /** Ends the stream; with a cause, because the client has gone or the node stops. */
    void end(Throwable cause) {
        Api.Subscription open;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            open = subscription;
        }
        if (open != null) {
            open.close();
        }
        onEnd.run();
        if (cause == null) {
            whole.succeeded();
        } else {
            whole.failed(cause);
        }
    }
}
