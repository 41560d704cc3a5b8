// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.io.IOException;
import java.util.List;
import roost.api.CommandHost;
import roost.cli.option.OptionTable;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;

/**
 * One command of the command line. A command is stateless; everything about a run comes from the
 * host. To add one, write the class and name it in {@link Commands}.
 */
public interface Command {
    /** The name people type: {@code condor_status}, or {@code roost config} for a part of roost. */
    String name();

    /** One line for the list of commands and the man page. */
    String summary();

    /**
     * The options. With a table that is not {@link OptionTable#NONE} the words are parsed, and
     * {@code -help} and mistakes are answered, before {@link #run} is called.
     */
    default OptionTable options() {
        return OptionTable.NONE;
    }

    /**
     * The options as completion and the man page list them: {@link #options()}, unless the command
     * reads its words itself.
     */
    default OptionTable documentedOptions() {
        return options();
    }

    /** The usage screen that {@code -help} prints, with its last line end. */
    default String usage() {
        return options().usage(name(), summary());
    }

    /**
     * Runs the command. {@link roost.api.ApiException} and {@link
     * roost.api.CommandHost.FileAccessException} may be left to the caller, which prints them.
     *
     * @param arguments what follows the command's name
     * @return exit status, 0 to 255
     * @throws UsageException if the words make no sense; the usage screen is printed after it
     */
    int run(CommandHost host, Arguments arguments) throws IOException, UsageException;

    /**
     * What a command was given.
     *
     * @param programName name for messages: as typed, or {@code condor_cod request}
     * @param words the words after the name
     * @param options the same words parsed by {@link #options()}; nothing if there is no table
     */
    record Arguments(String programName, List<String> words, ParsedOptions options) {}
}
