// SPDX-License-Identifier: Apache-2.0
package roost.cli.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.Version;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;

/** {@code condor_checkpoint}, {@code condor_ckpt} and {@code condor_vacate}. */
public final class SlotsCommand implements Command {
    /** Write images of running jobs. */
    public static final SlotsCommand CHECKPOINT = new SlotsCommand("condor_checkpoint", false);

    /** The name that HTCondor's manual also uses for it. */
    public static final SlotsCommand CKPT = new SlotsCommand("condor_ckpt", false);

    /** Take jobs off their slots. */
    public static final SlotsCommand VACATE = new SlotsCommand("condor_vacate", true);

    private final String name;
    private final boolean vacates;
    private final OptionTable options;

    private SlotsCommand(String name, boolean vacates) {
        this.name = name;
        this.vacates = vacates;
        this.options = table(vacates);
    }

    private static OptionTable table(boolean vacates) {
        List<Option> options = new ArrayList<>();
        options.add(Option.value("name", 1, "name", "act on this machine or slot"));
        options.add(Option.value("addr", 2, "ip:port", "act on the machine at this address"));
        options.add(Option.flag("all", 2, "act on every machine of the pool"));
        options.add(Option.value("constraint", 1, "expr", "act on machines with such a slot"));
        if (vacates) {
            options.add(Option.flag("graceful", 1, "let jobs write an image (the default)"));
            options.add(Option.flag("fast", 1, "kill jobs: work since an image is lost"));
        }
        options.add(
                Option.flag(
                        "wait",
                        1,
                        vacates
                                ? "return when the slots are free"
                                : "return when the images are complete, or why they are not"));
        options.add(Option.flag("json", 1, "print what became of each slot as JSON"));
        options.add(Option.value("pool", 1, "host", "the pool to find the machine in"));
        options.add(Option.flag("debug", 1, "say on standard error what is done"));
        options.add(Option.flag("version", 1, "print the version of this tool and exit"));
        return OptionTable.of("[name | <ip:port> ...]", options.toArray(Option[]::new));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return vacates
                ? "Take the batch jobs of slots off them."
                : "Write images of the batch jobs in slots.";
    }

    @Override
    public OptionTable documentedOptions() {
        return options;
    }

    @Override
    public String usage() {
        return options.usage(name, summary());
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException {
        try {
            SlotsOptions given =
                    SlotsOptions.parse(options, arguments.programName(), arguments.words());
            if (given.wantsHelp()) {
                host.out().print(usage());
                return 0;
            }
            if (given.wantsVersion()) {
                host.out().print(Version.TEXT);
                return 0;
            }
            return new SlotsRun(host, arguments.programName(), vacates, given).run();
        } catch (SlotsOptions.BadWordException e) {
            host.err().println(e.getMessage());
            if (e.showsUsage()) {
                host.err().print(usage());
            }
            return 1;
        }
    }
}
