// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.Objects;

/**
 * Something wrong in the configuration, and where.
 *
 * @param severity errors keep a node from starting, warnings do not
 * @param origin where the offending statement stands
 * @param message one sentence: what was found and what was wanted
 */
public record ConfigProblem(Severity severity, Origin origin, String message) {

    /** How bad it is. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public ConfigProblem {
        Objects.requireNonNull(severity);
        Objects.requireNonNull(origin);
        Objects.requireNonNull(message);
    }

    static ConfigProblem error(Origin origin, String message) {
        return new ConfigProblem(Severity.ERROR, origin, message);
    }

    static ConfigProblem warning(Origin origin, String message) {
        return new ConfigProblem(Severity.WARNING, origin, message);
    }

    /** Whether a node must refuse to start. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code file:line: error: message}, as compilers print theirs. */
    @Override
    public String toString() {
        return origin.position() + ": " + (isError() ? "error: " : "warning: ") + message;
    }
}
