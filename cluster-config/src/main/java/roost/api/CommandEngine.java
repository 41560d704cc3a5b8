// SPDX-License-Identifier: Apache-2.0
package roost.api;

/**
 * The command line, as whoever hosts it sees it. The {@code cli} module provides the one
 * implementation through {@link java.util.ServiceLoader}, so that the node can run commands without
 * depending on it.
 */
public interface CommandEngine {
    /**
     * Runs one command to its end, on the calling thread. Interrupting the thread ends the command
     * early (the user is gone); what it asked of the node goes on.
     *
     * @return the exit status for the user's shell, 0 to 255
     */
    int run(CommandHost host);
}
