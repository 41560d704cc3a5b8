// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import roost.api.ApiException;
import roost.api.CommandEngine;
import roost.api.CommandHost;
import roost.cli.option.OptionTable;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;
import roost.config.ConfigException;
import roost.config.Spelling;

/** Finds the command that was typed and runs it. */
public final class CommandLine implements CommandEngine {
    /** Exit status of a command whose user went away, as shells report SIGINT. */
    private static final int INTERRUPTED = 130;

    @Override
    public int run(CommandHost host) {
        List<String> argv = host.argv();
        String typed = argv.isEmpty() ? "roost" : argv.get(0);
        String name = typed.substring(typed.lastIndexOf('/') + 1);
        List<String> words = argv.isEmpty() ? List.of() : argv.subList(1, argv.size());
        Optional<Command> command =
                Commands.named(name)
                        .or(
                                () ->
                                        name.startsWith("condor_cod")
                                                ? Commands.part("cod")
                                                : Optional.empty());
        if (command.isPresent()) {
            return run(host, command.get(), name, words);
        }
        if (words.isEmpty()) {
            host.err().print(HelpCommand.overview());
            return 1;
        }
        return runPart(host, words.get(0), words.subList(1, words.size()));
    }

    private static int runPart(CommandHost host, String word, List<String> rest) {
        String part =
                switch (word) {
                    case "-h", "-help", "--help" -> "help";
                    case "-v", "-version", "--version" -> "version";
                    default -> word;
                };
        Optional<Command> command = Commands.part(part).or(() -> Commands.named(part));
        if (command.isPresent()) {
            return run(host, command.get(), "roost " + part, rest);
        }
        List<String> known =
                Commands.all().stream()
                        .map(c -> c.name().replaceFirst("^(roost |condor_)", ""))
                        .toList();
        host.err().println("roost: there is no command '" + word + "'");
        Spelling.nearest(word, known)
                .ifPresent(near -> host.err().println("hint: did you mean 'roost " + near + "'?"));
        host.err().println("hint: 'roost help' lists the commands");
        return 1;
    }

    private static int run(
            CommandHost host, Command command, String programName, List<String> words) {
        PrintStream err = host.err();
        try {
            ParsedOptions options = ParsedOptions.NOTHING;
            if (command.options() != OptionTable.NONE) {
                options = command.options().parse(words);
                if (options.has(OptionTable.HELP.name())) {
                    host.out().print(command.usage());
                    return 0;
                }
            }
            return command.run(host, new Command.Arguments(programName, words, options));
        } catch (UsageException e) {
            err.println(programName + ": " + e.getMessage());
            err.print(command.usage());
            return 1;
        } catch (NodeCalls.InterruptedCallException e) {
            return INTERRUPTED;
        } catch (ApiException e) {
            err.println("ERROR: " + e.getMessage());
            e.hint().ifPresent(hint -> err.println("hint: " + hint));
            return 1;
        } catch (CommandHost.FileAccessException e) {
            err.println("ERROR: failed to open " + e.getMessage());
            return 1;
        } catch (ConfigException e) {
            e.problems().forEach(err::println);
            err.println("hint: 'roost config check' shows all that is wrong");
            return 1;
        } catch (IOException e) {
            err.println("ERROR: " + e.getMessage());
            return 1;
        }
    }
}
