// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import roost.cli.option.Option;

/**
 * What the distribution says about options, made from the commands' own tables: the option list of
 * each man page, and the completion. Both are kept in {@code src/main/dist} and compared by a test;
 * {@code -Dregenerate=true} writes them.
 */
final class Handbook {
    static final String BEGIN = ".\\\" options begin: made from the command's table\n";
    static final String END = ".\\\" options end\n";

    private Handbook() {}

    /** A command's man page: {@code roost config} is told in {@code roost-config.1}. */
    static String page(Command command) {
        return command.name().replace(' ', '-') + ".1";
    }

    /** The option list of a man page. */
    static String options(Command command) {
        StringBuilder text = new StringBuilder(BEGIN).append(".Bl -tag -width Ds\n");
        for (Option option : command.documentedOptions().options()) {
            text.append(".It Fl ").append(roff(option.name()));
            for (String alias : option.aliases()) {
                text.append(" | Fl ").append(roff(alias));
            }
            for (String argument : option.arguments()) {
                text.append(" Ar ").append(roff(argument));
            }
            text.append(option.takesRest() ? " ...\n" : "\n");
            text.append(sentence(option)).append('\n');
        }
        return text.append(".El\n").append(END).toString();
    }

    private static String sentence(Option option) {
        String help = option.help();
        String start = Character.toUpperCase(help.charAt(0)) + help.substring(1) + ".";
        int name = option.name().length();
        boolean abbreviated = option.shortest() < name;
        return roff(start)
                + (abbreviated
                        ? "\nMay be abbreviated to\n.Fl "
                                + roff(option.name().substring(0, option.shortest()))
                                + " ."
                        : "");
    }

    /** Text that troff takes as it is. */
    private static String roff(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    /** The bash completion. */
    static String completion() {
        List<String> names =
                Commands.all().stream()
                        .map(Command::name)
                        .filter(name -> !name.startsWith("roost "))
                        .toList();
        StringBuilder text =
                new StringBuilder(
                        """
                        # SPDX-License-Identifier: Apache-2.0
                        # Completion of Roost's commands in bash: source this file. Made from the commands'
                        # option tables; a test compares.

                        # The options of a command.
                        _roost_options() {
                        \tcase $1 in
                        """);
        for (Command command : Commands.all()) {
            text.append("\t'").append(command.name()).append("') echo '");
            text.append(words(command)).append("' ;;\n");
        }
        text.append("\tesac\n}\n\n# The parts of roost.\n_roost_parts='").append(parts());
        text.append("'\n\n# The verbs of condor_cod.\n_roost_verbs='").append(verbs());
        text.append("'\n").append(FUNCTION);
        return text.append("complete -o default -F _roost roost ")
                .append(String.join(" ", names))
                .append('\n')
                .toString();
    }

    private static String words(Command command) {
        List<String> words = new ArrayList<>();
        for (Option option : command.documentedOptions().options()) {
            words.add("-" + option.name());
            option.aliases().forEach(alias -> words.add("-" + alias));
        }
        return String.join(" ", words);
    }

    private static String parts() {
        return Commands.all().stream()
                .map(command -> command.name().replaceFirst("^(roost |condor_)", ""))
                .filter(part -> !part.startsWith("cod_"))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(" "));
    }

    private static String verbs() {
        return Commands.all().stream()
                .map(Command::name)
                .filter(name -> name.startsWith("condor_cod_"))
                .map(name -> name.substring("condor_cod_".length()))
                .collect(Collectors.joining(" "));
    }

    private static final String FUNCTION =
            """

            _roost() {
            \tlocal word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[0]##*/} next=1 options
            \tCOMPREPLY=()
            \tif [ "$command" = roost ]; then
            \t\tif [ "$COMP_CWORD" -eq 1 ]; then
            \t\t\tCOMPREPLY=($(compgen -W "$_roost_parts" -- "$word"))
            \t\t\treturn
            \t\tfi
            \t\tcommand="roost ${COMP_WORDS[1]}" next=2
            \t\t[ -n "$(_roost_options "$command")" ] || command=condor_${COMP_WORDS[1]}
            \tfi
            \tif [ "$command" = condor_cod ]; then
            \t\tif [ "$COMP_CWORD" -eq "$next" ]; then
            \t\t\tCOMPREPLY=($(compgen -W "$_roost_verbs" -- "$word"))
            \t\t\treturn
            \t\tfi
            \t\tcommand=condor_cod_${COMP_WORDS[next]}
            \tfi
            \tcase $word in
            \t-*)
            \t\toptions=$(_roost_options "$command")
            \t\tCOMPREPLY=($(compgen -W "$options" -- "$word"))
            \t\t;;
            \tesac
            }
            """;
}
