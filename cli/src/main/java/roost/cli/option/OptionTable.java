// SPDX-License-Identifier: Apache-2.0
package roost.cli.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.config.Spelling;

/**
 * The options of a command and the parser for them.
 *
 * @param options every option, in the order of the usage screen
 * @param operands what may follow or stand between the options, for people; empty for nothing
 */
public record OptionTable(List<Option> options, String operands) {
    /** For a command that reads its words itself. */
    public static final OptionTable NONE = new OptionTable(List.of(), "");

    /** Present in every table that is made by {@link #of}. */
    public static final Option HELP = Option.flag("help", 1, "print this and exit");

    private static final int HELP_COLUMN = 30;

    /** A table of the given options and {@code -help}. */
    public static OptionTable of(String operands, Option... options) {
        List<Option> all = new ArrayList<>(List.of(options));
        if (all.stream().noneMatch(o -> o.name().equals(HELP.name()))) {
            all.add(HELP);
        }
        return new OptionTable(List.copyOf(all), operands);
    }

    /**
     * Reads the words that follow a command's name.
     *
     * @throws UsageException if a word is no option, stands for several, lacks its argument, or is
     *     an operand of a command that has none: it may have been meant to change what is done
     */
    public ParsedOptions parse(List<String> words) throws UsageException {
        List<ParsedOptions.Use> uses = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        int next = 0;
        while (next < words.size()) {
            String word = words.get(next++);
            if (word.equals("--")) {
                rest.addAll(words.subList(next, words.size()));
                break;
            }
            if (!isOption(word)) {
                rest.add(word);
                continue;
            }
            ParsedOptions.Use use = use(word, words, next);
            next += use.values().size();
            uses.add(use);
        }
        boolean help = uses.stream().anyMatch(use -> use.option().name().equals(HELP.name()));
        if (operands.isEmpty() && !rest.isEmpty() && !help) {
            throw new UsageException("'" + rest.get(0) + "' is not expected here");
        }
        return new ParsedOptions(List.copyOf(uses), List.copyOf(rest));
    }

    private ParsedOptions.Use use(String word, List<String> words, int next) throws UsageException {
        String typed = word.substring(word.startsWith("--") ? 2 : 1);
        int colon = typed.indexOf(':');
        String modifier = colon < 0 ? "" : typed.substring(colon + 1);
        Option option = find(word, colon < 0 ? typed : typed.substring(0, colon));
        int end = next + option.arguments().size();
        if (end > words.size()) {
            throw new UsageException(
                    "option '-" + option.name() + "' needs " + missing(option.arguments()));
        }
        while (option.takesRest() && end < words.size() && !isOption(words.get(end))) {
            end++;
        }
        return new ParsedOptions.Use(option, modifier, List.copyOf(words.subList(next, end)));
    }

    private static String missing(List<String> arguments) {
        return arguments.size() == 1
                ? "an argument: <" + arguments.get(0) + ">"
                : arguments.size() + " arguments: <" + String.join("> <", arguments) + ">";
    }

    private static boolean isOption(String word) {
        return word.length() > 1 && word.charAt(0) == '-' && !Character.isDigit(word.charAt(1));
    }

    private Option find(String word, String typed) throws UsageException {
        List<Option> candidates = new ArrayList<>();
        for (Option option : options) {
            if (option.name().equals(typed) || option.aliases().contains(typed)) {
                return option;
            }
            if (option.isNamedBy(typed)) {
                candidates.add(option);
            }
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        if (candidates.isEmpty()) {
            String near =
                    Spelling.nearest(typed, options.stream().map(Option::name).toList())
                            .map(name -> "; did you mean '-" + name + "'?")
                            .orElse("");
            throw new UsageException("unknown option '" + word + "'" + near);
        }
        throw new UsageException(
                "option '"
                        + word
                        + "' may stand for "
                        + String.join(
                                " or ", candidates.stream().map(o -> "-" + o.name()).toList()));
    }

    /** The usage screen of a command with this table. */
    public String usage(String name, String summary) {
        StringBuilder text = new StringBuilder("Usage: ").append(name).append(" [options]");
        if (!operands.isEmpty()) {
            text.append(' ').append(operands);
        }
        text.append('\n').append(summary).append("\n\nOptions (names may be abbreviated):\n");
        for (Option option : options) {
            String left = "  " + option.synopsis();
            text.append(left);
            if (left.length() >= HELP_COLUMN) {
                text.append('\n').append(" ".repeat(HELP_COLUMN));
            } else {
                text.append(" ".repeat(HELP_COLUMN - left.length()));
            }
            text.append(option.help()).append('\n');
        }
        return text.toString();
    }

    /** The option of this name, if the table has it. */
    public Optional<Option> option(String name) {
        return options.stream().filter(o -> o.name().equals(name)).findFirst();
    }
}
