// SPDX-License-Identifier: Apache-2.0
package roost.cli.admin;

import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.NodeCalls;
import roost.cli.option.OptionTable;

/** {@code roost reconfig}: has the node read its configuration again. */
public final class ReconfigCommand implements Command {
    private static final OptionTable OPTIONS = OptionTable.of("");

    @Override
    public String name() {
        return "roost reconfig";
    }

    @Override
    public String summary() {
        return "Have the node read its configuration again.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) {
        host.out().println(NodeCalls.ask(host, new ApiRequest.Reconfigure()).message());
        return 0;
    }
}
