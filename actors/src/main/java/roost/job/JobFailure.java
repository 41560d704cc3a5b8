// SPDX-License-Identifier: Apache-2.0
package roost.job;

/** A job cannot be run; the message says why and is for the job's owner. */
public final class JobFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public JobFailure(String message) {
        super(message);
    }

    public JobFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
