// SPDX-License-Identifier: Apache-2.0
package roost.cli.option;

import java.util.List;
import java.util.Optional;

/**
 * What a command was given.
 *
 * @param uses the options, in the order in which they were typed
 * @param operands the other words, in order
 */
public record ParsedOptions(List<Use> uses, List<String> operands) {
    public static final ParsedOptions NOTHING = new ParsedOptions(List.of(), List.of());

    /**
     * One option as it was typed.
     *
     * @param modifier what followed a colon after the name; empty if there was none
     * @param values its arguments
     */
    public record Use(Option option, String modifier, List<String> values) {}

    public boolean has(String name) {
        return last(name).isPresent();
    }

    /** The last use of an option: a repeated option replaces the earlier one. */
    public Optional<Use> last(String name) {
        return all(name).stream().reduce((earlier, later) -> later);
    }

    /** Every use of an option that may be repeated. */
    public List<Use> all(String name) {
        return uses.stream().filter(use -> use.option().name().equals(name)).toList();
    }

    /** The first argument of the last use of an option. */
    public Optional<String> value(String name) {
        return last(name).map(use -> use.values().get(0));
    }
}
