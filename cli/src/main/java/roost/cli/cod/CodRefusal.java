// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

/**
 * The tool ends here with exit status 1. The message is printed to standard error as it is,
 * followed by the verb's usage screen where HTCondor's tool prints it too.
 */
final class CodRefusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean showsUsage;

    private CodRefusal(String message, boolean showsUsage) {
        super(message, null, false, false);
        this.showsUsage = showsUsage;
    }

    static CodRefusal of(String message) {
        return new CodRefusal(message, false);
    }

    static CodRefusal withUsage(String message) {
        return new CodRefusal(message, true);
    }

    boolean showsUsage() {
        return showsUsage;
    }
}
