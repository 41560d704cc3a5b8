// SPDX-License-Identifier: Apache-2.0
package roost.cli.option;

import java.util.List;

/**
 * One option of a command.
 *
 * @param name full name without the dash
 * @param shortest how many letters of the name must be typed, 1 or more
 * @param aliases other full names, which cannot be abbreviated
 * @param arguments what its arguments are, for people; empty for a flag
 * @param takesRest whether the last argument may be repeated up to the next option
 * @param help what it does, one line
 */
public record Option(
        String name,
        int shortest,
        List<String> aliases,
        List<String> arguments,
        boolean takesRest,
        String help) {

    /** An option without arguments. */
    public static Option flag(String name, int shortest, String help) {
        return new Option(name, shortest, List.of(), List.of(), false, help);
    }

    /** An option with one argument. */
    public static Option value(String name, int shortest, String argument, String help) {
        return new Option(name, shortest, List.of(), List.of(argument), false, help);
    }

    /** An option with as many arguments as are named. */
    public static Option values(String name, int shortest, List<String> arguments, String help) {
        return new Option(name, shortest, List.of(), List.copyOf(arguments), false, help);
    }

    /**
     * An option with one argument or more: all words up to the next one that begins with a dash.
     */
    public static Option words(String name, int shortest, String argument, String help) {
        return new Option(name, shortest, List.of(), List.of(argument), true, help);
    }

    /** The same option with another name. */
    public Option or(String alias) {
        return new Option(name, shortest, List.of(alias), arguments, takesRest, help);
    }

    boolean isNamedBy(String typed) {
        return aliases.contains(typed)
                || (typed.length() >= Math.min(shortest, name.length()) && name.startsWith(typed));
    }

    /** How it is written in usage screens: {@code -constraint <expr>}. */
    public String synopsis() {
        StringBuilder text = new StringBuilder("-").append(name);
        for (String alias : aliases) {
            text.append("|-").append(alias);
        }
        for (String argument : arguments) {
            text.append(" <").append(argument).append('>');
        }
        return takesRest ? text.append(" ...").toString() : text.toString();
    }
}
