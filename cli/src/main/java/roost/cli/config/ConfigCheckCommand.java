// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.UsageException;
import roost.config.CondorConfig;
import roost.config.ConfigCheck;
import roost.config.ConfigProblem;
import roost.config.KnobDocumentation;

/** {@code roost config}: check the configuration, or print what can be configured. */
public final class ConfigCheckCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "check [file] | knobs",
                    Option.flag("json", 1, "check: print JSON"),
                    Option.flag("man", 1, "knobs: print the source of a manual page"));

    @Override
    public String name() {
        return "roost config";
    }

    @Override
    public String summary() {
        return "Check the configuration and show all errors at once; list the knobs.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws UsageException {
        List<String> words = arguments.options().operands();
        String verb = words.isEmpty() ? "" : words.get(0);
        if (verb.equals("check") && words.size() <= 2) {
            CondorConfig config =
                    words.size() == 1 ? host.config() : other(host.config(), words.get(1));
            return check(host, config, arguments.options().has("json"));
        }
        if (verb.equals("knobs") && words.size() == 1) {
            boolean man = arguments.options().has("man");
            host.out().print(man ? KnobDocumentation.man() : KnobDocumentation.markdown());
            return 0;
        }
        throw new UsageException("expected 'check', 'check FILE' or 'knobs'");
    }

    /** The configuration as it would be with another file as its root. */
    private static CondorConfig other(CondorConfig config, String file) {
        Map<String, String> environment = new HashMap<>(config.source().environment());
        environment.put("CONDOR_CONFIG", file);
        return CondorConfig.load(config.source().withEnvironment(environment));
    }

    private static int check(CommandHost host, CondorConfig config, boolean json) {
        List<ConfigProblem> problems = ConfigCheck.check(config);
        long errors = problems.stream().filter(ConfigProblem::isError).count();
        if (json) {
            host.out().print(ConfigJson.problems(problems));
        } else {
            problems.forEach(problem -> host.out().println(problem));
            String read = String.join(", ", config.files());
            host.out()
                    .println(
                            count(errors, "error")
                                    + ", "
                                    + count(problems.size() - errors, "warning")
                                    + " in "
                                    + (read.isEmpty() ? "the environment" : read));
        }
        return errors == 0 ? 0 : 1;
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
