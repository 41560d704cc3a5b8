// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

/** A mistake in a submit description. */
final class SubmitException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int line;

    /**
     * @param line where it is, from 1; 0 if it is on no line
     */
    SubmitException(int line, String message) {
        super(message, null, false, false);
        this.line = line;
    }

    /** What is printed for the user. Source: HTCondor 8.8 condor_submit. */
    String report() {
        return line > 0
                ? "ERROR: on Line " + line + " of submit file: " + getMessage()
                : "ERROR: " + getMessage();
    }
}
