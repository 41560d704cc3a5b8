// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A value cannot be used: its macros do not expand, or it is not of the knob's type. Carries every
 * problem that is known; the message lists them one a line.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    /** With every problem that was found. */
    public ConfigException(List<ConfigProblem> problems) {
        super(
                problems.stream()
                        .map(ConfigProblem::toString)
                        .collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    ConfigException(Origin origin, String message) {
        this(List.of(ConfigProblem.error(origin, message)));
    }

    /** What is wrong, at least one. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
