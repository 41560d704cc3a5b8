// SPDX-License-Identifier: Apache-2.0
package roost.cli.admin;

import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.NodeCalls;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;

/** {@code roost stop}: ends the node. The native front waits until its process is gone. */
public final class StopCommand implements Command {
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
        host.out().println(NodeCalls.ask(host, new ApiRequest.StopNode(fast)).message());
        return 0;
    }
}
