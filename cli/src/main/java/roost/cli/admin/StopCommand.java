// SPDX-License-Identifier: Apache-2.0
package roost.cli.admin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.NodeCalls;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;

/** {@code roost stop}: ends the node. The native front waits until its process is gone. */
public final class StopCommand implements Command {
    /** Whoever waits longer than this is told why. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "",
                    Option.flag("fast", 1, "kill jobs at once instead of giving them their time"));

    @Override
    public String name() {
        return "roost stop";
    }

    @Override
    public String summary() {
        return "Stop the node and wait until it is gone.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) {
        boolean fast = arguments.options().has("fast");
        CompletableFuture<ApiReply.Done> stop =
                host.api().call(new ApiRequest.StopNode(fast)).toCompletableFuture();
        Optional<ApiReply.Done> soon = NodeCalls.await(stop, SOON);
        if (soon.isEmpty() && !fast) {
            host.err().println("waiting for jobs to end; 'roost stop -fast' kills them");
            host.err().flush();
        }
        host.out()
                .println(
                        soon.or(() -> NodeCalls.await(stop, Duration.ZERO))
                                .orElseThrow()
                                .message());
        return 0;
    }
}
