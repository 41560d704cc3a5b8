// SPDX-License-Identifier: Apache-2.0
package roost.cli.option;

/** The words of a command make no sense. The message says which; the usage screen follows it. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message, null, false, false);
    }
}
