// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.Version;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;
import roost.config.CondorConfig;
import roost.config.ConfigProblem;

/**
 * {@code condor_config_val}: what a name is set to, and where.
 *
 * <p>Output is HTCondor's to the byte for plain values, {@code -verbose}, {@code -dump} and {@code
 * -config}. Source: htcondor 8.8 {@code config_val.cpp}. Asking or changing a running daemon
 * ({@code -name}, {@code -set}, ...) is refused: a node takes its configuration from files.
 */
public final class ConfigValCommand implements Command {
    /** Options of HTCondor's that speak to a daemon, with the number of their arguments. */
    private static final Set<String> OF_DAEMONS =
            Set.of(
                    "name",
                    "address",
                    "pool",
                    "master",
                    "schedd",
                    "startd",
                    "collector",
                    "negotiator",
                    "set",
                    "unset",
                    "rset",
                    "runset",
                    "evaluate",
                    "used",
                    "unused");

    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "name ... | use category[:template]",
                    Option.flag("dump", 1, "print all names, or those that match a pattern"),
                    Option.flag("verbose", 1, "print where a value comes from, raw and default"),
                    Option.flag("expanded", 2, "print values with macros expanded"),
                    Option.flag("raw", 3, "print values as they are written"),
                    Option.flag("summary", 3, "print what is set, by file"),
                    Option.flag("config", 2, "print which files were read"),
                    Option.flag("macro", 3, "expand macros in the given text"),
                    Option.flag("json", 1, "print JSON"),
                    Option.flag("mixedcase", 2, "accepted; names always keep their case"),
                    Option.flag("owner", 1, "print the user"),
                    Option.flag("tilde", 1, "print the home directory of user condor"),
                    Option.value("local-name", 2, "name", "look up NAME.X before X"),
                    Option.value("subsystem", 3, "name", "look up SUBSYSTEM.X before X"),
                    Option.flag("version", 4, "print the version and exit"),
                    Option.value("name", 1, "daemon", "(asks a daemon; not supported)"),
                    Option.value("address", 1, "address", "(asks a daemon; not supported)"),
                    Option.value("pool", 1, "host", "(asks a daemon; not supported)"),
                    Option.flag("master", 3, "(asks a daemon; not supported)"),
                    Option.flag("schedd", 2, "(asks a daemon; not supported)"),
                    Option.flag("startd", 2, "(asks a daemon; not supported)"),
                    Option.flag("collector", 3, "(asks a daemon; not supported)"),
                    Option.flag("negotiator", 3, "(asks a daemon; not supported)"),
                    Option.flag("set", 3, "(changes a daemon; not supported)"),
                    Option.flag("unset", 3, "(changes a daemon; not supported)"),
                    Option.flag("rset", 3, "(changes a daemon; not supported)"),
                    Option.flag("runset", 5, "(changes a daemon; not supported)"),
                    Option.flag("evaluate", 2, "(asks a daemon; not supported)"),
                    Option.flag("used", 2, "(asks a daemon; not supported)"),
                    Option.flag("unused", 4, "(asks a daemon; not supported)"));

    @Override
    public String name() {
        return "condor_config_val";
    }

    @Override
    public String summary() {
        return "Print what the configuration sets, and where.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws UsageException {
        ParsedOptions options = arguments.options();
        for (ParsedOptions.Use use : options.uses()) {
            if (OF_DAEMONS.contains(use.option().name())) {
                host.err()
                        .println(
                                "ERROR: -"
                                        + use.option().name()
                                        + " speaks to a running daemon, which Roost does not do;"
                                        + " values come from configuration files only");
                return 1;
            }
        }
        if (options.has("version")) {
            host.out().print(Version.TEXT);
            return 0;
        }
        CondorConfig config = configFor(host, options);
        List<ConfigProblem> errors = config.errors();
        if (!errors.isEmpty()) {
            errors.forEach(error -> host.err().println(error));
            host.err().println("hint: 'roost config check' shows all that is wrong");
            return 1;
        }
        return answer(host, options, config);
    }

    private static CondorConfig configFor(CommandHost host, ParsedOptions options) {
        CondorConfig config = host.config();
        if (!options.has("subsystem") && !options.has("local-name")) {
            return config;
        }
        return config.forSubsystem(
                options.value("subsystem").orElse(config.source().subsystem()),
                options.value("local-name").orElse(config.source().localName()));
    }

    private static int answer(CommandHost host, ParsedOptions options, CondorConfig config)
            throws UsageException {
        ConfigReport report =
                new ConfigReport(
                        config,
                        options.has("verbose"),
                        options.has("raw"),
                        options.has("expanded"),
                        host.out());
        if (options.has("owner")) {
            host.out().println(config.source().userName());
            return 0;
        }
        if (options.has("tilde")) {
            host.out().println(config.get("TILDE").orElse(""));
            return 0;
        }
        if (options.has("config")) {
            printSources(host, config);
            if (options.operands().isEmpty()) {
                return 0;
            }
        }
        if (options.has("summary")) {
            report.summary(options.has("json"));
            return 0;
        }
        if (options.has("dump")) {
            report.dump(options.operands(), options.has("json"));
            return 0;
        }
        if (options.operands().isEmpty()) {
            throw new UsageException("no names given");
        }
        if (options.has("macro") || options.has("expanded") && isText(options.operands())) {
            options.operands().forEach(text -> host.out().println(config.expand(text)));
            return 0;
        }
        return values(host, options, config, report);
    }

    /** No name can hold a macro, so what does is a text to be expanded. */
    private static boolean isText(List<String> operands) {
        return operands.stream().anyMatch(operand -> operand.indexOf('$') >= 0);
    }

    private static int values(
            CommandHost host, ParsedOptions options, CondorConfig config, ConfigReport report) {
        List<String> names = new ArrayList<>();
        int status = 0;
        List<String> operands = options.operands();
        for (int i = 0; i < operands.size(); i++) {
            if (operands.get(i).equalsIgnoreCase("use")) {
                i++;
                if (i < operands.size()) {
                    report.template(operands.get(i));
                } else {
                    host.err()
                            .println(
                                    "use should be followed by a category or category:option"
                                            + " argument");
                    status = 1;
                }
            } else {
                names.add(operands.get(i));
            }
        }
        List<String> defined = new ArrayList<>();
        for (String name : names) {
            if (isDefined(config, name, options.has("raw"))) {
                defined.add(name);
            } else {
                host.err().println("Not defined: " + name.toUpperCase(java.util.Locale.ROOT));
                status = 1;
            }
        }
        report.values(defined, options.has("json"));
        return status;
    }

    /** As in HTCondor, a value that expands to nothing counts as not defined. */
    private static boolean isDefined(CondorConfig config, String name, boolean raw) {
        Optional<String> value = raw ? config.raw(name) : config.get(name);
        return value.filter(text -> raw || !text.isEmpty()).isPresent();
    }

    /** Headings go to standard error, so that the names of files can be piped on. */
    private static void printSources(CommandHost host, CondorConfig config) {
        List<String> files = config.files();
        if (files.isEmpty()) {
            host.err().println("Can't find the configuration source.");
            return;
        }
        host.err().println("Configuration source:");
        host.out().println("\t" + files.get(0));
        List<String> local = files.subList(1, files.size());
        if (local.isEmpty()) {
            return;
        }
        host.err().println("Local configuration source" + (local.size() == 1 ? ":" : "s:"));
        local.forEach(file -> host.out().println("\t" + file));
        host.err().println();
    }
}
