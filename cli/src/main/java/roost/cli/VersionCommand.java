// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import roost.api.CommandHost;
import roost.cli.option.OptionTable;

/** {@code roost version}: what this is. */
final class VersionCommand implements Command {
    private static final OptionTable OPTIONS = OptionTable.of("");

    @Override
    public String name() {
        return "roost version";
    }

    @Override
    public String summary() {
        return "Print the version.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) {
        host.out().print(Version.TEXT);
        return 0;
    }
}
