// SPDX-License-Identifier: Apache-2.0
package roost.api;

import java.util.Optional;

/** A request that could not be answered. The message says what and why; the hint what to do. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is; each has one HTTP status. */
    public enum Code {
        INVALID(400),
        UNAUTHENTICATED(401),
        FORBIDDEN(403),
        NOT_FOUND(404),
        CONFLICT(409),
        TOO_LARGE(413),
        BUSY(429),
        INTERNAL(500),
        UNAVAILABLE(503),
        TIMEOUT(504),
        NO_SPACE(507);

        private final int httpStatus;

        Code(int httpStatus) {
            this.httpStatus = httpStatus;
        }

        public int httpStatus() {
            return httpStatus;
        }
    }

    private final Code code;
    private final String hint;

    public ApiException(Code code, String message) {
        this(code, message, null);
    }

    public ApiException(Code code, String message, String hint) {
        super(message);
        this.code = code;
        this.hint = hint;
    }

    public Code code() {
        return code;
    }

    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
