// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.util.Optional;
import roost.api.CommandHost;
import roost.cli.option.OptionTable;
import roost.cli.option.UsageException;

/** {@code roost help}: what commands there are, and how one of them is used. */
final class HelpCommand implements Command {
    private static final OptionTable OPTIONS = OptionTable.of("[command]");

    @Override
    public String name() {
        return "roost help";
    }

    @Override
    public String summary() {
        return "List the commands, or show how one is used.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws UsageException {
        if (arguments.options().operands().isEmpty()) {
            host.out().print(overview());
            return 0;
        }
        String wanted = String.join(" ", arguments.options().operands());
        Optional<Command> command = Commands.named(wanted).or(() -> Commands.part(wanted));
        if (command.isEmpty()) {
            throw new UsageException("there is no command '" + wanted + "'");
        }
        host.out().print(command.get().usage());
        return 0;
    }

    static String overview() {
        int width = Commands.all().stream().mapToInt(c -> c.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder("Usage: roost <command> [options]\n\nCommands:\n");
        for (Command command : Commands.all()) {
            text.append(
                    String.format("  %-" + width + "s  %s%n", command.name(), command.summary()));
        }
        return text.append("\n'roost X' may be written for every condor_X.")
                .append(" 'roost help <command>' tells how one is used.\n")
                .toString();
    }
}
