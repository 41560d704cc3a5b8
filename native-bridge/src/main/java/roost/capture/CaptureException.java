// SPDX-License-Identifier: Apache-2.0
package roost.capture;

/** An image was not made, and why; the one before it is as it was. */
public final class CaptureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CaptureException(String message) {
        super(message);
    }

    CaptureException(String message, Throwable cause) {
        super(message, cause);
    }
}
