// SPDX-License-Identifier: Apache-2.0
package roost.starter;

/** A starter refused or failed; the message is for users as it stands. */
public final class StarterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public StarterException(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    public StarterException(String message, Throwable cause) {
        super(message, cause);
        this.errno = 0;
    }

    /** The system's error number behind it, 0 if there is none. */
    public int errno() {
        return errno;
    }
}
