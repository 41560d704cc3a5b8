// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.io.IOException;
import roost.api.CommandHost;

/**
 * One command of the command line. A command is stateless; everything about a run comes from the
 * host.
 */
public interface Command {
    /** The name people type: {@code condor_status}, or {@code roost config} for a part of roost. */
    String name();

    /** One line for the list of commands and the man page. */
    String summary();

    /** The usage screen that {@code -help} prints. */
    String usage();

    /**
     * Runs the command.
     *
     * @param arguments what follows the command's name
     * @return exit status, 0 to 255
     */
    int run(CommandHost host, Arguments arguments) throws IOException;

    /**
     * What a command was given.
     *
     * @param programName name for messages: as typed, or {@code condor_cod request}
     * @param words the words after the name
     */
    record Arguments(String programName, java.util.List<String> words) {}
}
