// SPDX-License-Identifier: Apache-2.0
package roost.cli.admin;

import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.option.OptionTable;

/**
 * {@code roost start} and {@code roost node}: help only. A node must not be the child of one, so
 * the native front starts it and only asks for the usage screens.
 */
public final class StartCommand implements Command {
    private static final OptionTable OPTIONS = OptionTable.of("");

    private final String name;
    private final String summary;

    private StartCommand(String name, String summary) {
        this.name = name;
        this.summary = summary;
    }

    /** In the background. */
    public static StartCommand background() {
        return new StartCommand("roost start", "Start a node; returns when it answers.");
    }

    /** In the foreground. */
    public static StartCommand foreground() {
        return new StartCommand("roost node", "Run a node until it is stopped.");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) {
        host.err().println(name + ": a node is started from the shell, by bin/roost");
        return 1;
    }
}
