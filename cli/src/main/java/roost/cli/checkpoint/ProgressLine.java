// SPDX-License-Identifier: Apache-2.0
package roost.cli.checkpoint;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.api.ImageAd;
import roost.classad.ClassAd;
import roost.cli.NodeCalls;
import roost.cli.format.ImageText;

/** Waits for images and shows on one line of the terminal how far they are. */
public final class ProgressLine {
    /** Where it is asked how far images are; they name the queues that know of them. */
    public interface Images {
        List<ApiRequest.QueryImages> queries();
    }

    private static final Duration PERIOD = Duration.ofMillis(200);

    private final CommandHost host;
    private int shown;

    public ProgressLine(CommandHost host) {
        this.host = host;
    }

    /** The reply to a request that waits for its end; only a terminal shows how that comes. */
    public <R extends ApiReply> R ask(ApiRequest<R> request, Images images) {
        if (host.terminalColumns() == 0) {
            return NodeCalls.ask(host, request);
        }
        CompletableFuture<R> reply = host.api().call(request).toCompletableFuture();
        try {
            while (true) {
                Optional<R> done = NodeCalls.await(reply, PERIOD);
                if (done.isPresent()) {
                    return done.get();
                }
                show(text(images));
            }
        } finally {
            show("");
            host.out().print("\r");
            host.out().flush();
        }
    }

    private String text(Images images) {
        return images.queries().stream()
                .flatMap(query -> written(query).stream())
                .map(this::text)
                .reduce((first, second) -> first + "; " + second)
                .orElse("waiting");
    }

    /** The ads of those that are being written, named in {@link ImageAd}. */
    private List<ClassAd> written(ApiRequest.QueryImages query) {
        try {
            return NodeCalls.ask(host, query).ads().stream()
                    .filter(ad -> ad.getString(ImageAd.STATE).equals(Optional.of(ImageAd.WRITING)))
                    .toList();
        } catch (ApiException e) {
            return List.of(); // a progress line is not worth an error
        }
    }

    private String text(ClassAd image) {
        long bytes = image.getInteger(ImageAd.SIZE).orElse(0);
        long expected = image.getInteger(ImageAd.EXPECTED).orElse(0);
        double seconds = host.clock().millis() / 1000.0 - image.getReal(ImageAd.CREATED).orElse(0);
        String text =
                image.getInteger("ClusterId").orElse(0)
                        + "."
                        + image.getInteger("ProcId").orElse(0)
                        + ": "
                        + ImageText.bytes(bytes)
                        + (expected > 0 ? " of " + ImageText.bytes(expected) : "");
        String waiting = image.getString(ImageAd.WAITS_FOR).orElse("");
        if (!waiting.isEmpty()) {
            return text + ", waits: " + waiting;
        }
        return seconds > 0
                ? text + ", " + ImageText.bytes(Math.round(bytes / seconds)) + "/s"
                : text;
    }

    /** Takes the place of what was shown before. */
    private void show(String text) {
        String line = text.substring(0, Math.min(text.length(), host.terminalColumns() - 1));
        host.out().print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
        host.out().flush();
        shown = line.length();
    }
}
