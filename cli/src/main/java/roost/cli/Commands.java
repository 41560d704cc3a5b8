// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.util.List;
import java.util.Optional;
import roost.cli.admin.ReconfigCommand;
import roost.cli.admin.StartCommand;
import roost.cli.admin.StopCommand;
import roost.cli.checkpoint.SlotsCommand;
import roost.cli.classad.EvalCommand;
import roost.cli.classad.MatchCommand;
import roost.cli.cod.ClaimsCommand;
import roost.cli.cod.CodCommand;
import roost.cli.config.ConfigCheckCommand;
import roost.cli.config.ConfigValCommand;
import roost.cli.demo.DemoCommand;
import roost.cli.queue.ActionCommand;
import roost.cli.queue.QueueCommand;
import roost.cli.status.StatusCommand;
import roost.cli.submit.SubmitCommand;

/** Every command there is. */
public final class Commands {
    /** One line a command; the order is that of {@code roost help}. */
    private static final List<Command> ALL =
            List.of(
                    new HelpCommand(),
                    new VersionCommand(),
                    new DemoCommand(),
                    StartCommand.background(),
                    StartCommand.foreground(),
                    new StopCommand(),
                    new ReconfigCommand(),
                    new ConfigCheckCommand(),
                    new ConfigValCommand(),
                    CodCommand.tool(),
                    CodCommand.named("request"),
                    CodCommand.named("release"),
                    CodCommand.named("activate"),
                    CodCommand.named("deactivate"),
                    CodCommand.named("suspend"),
                    CodCommand.named("resume"),
                    CodCommand.named("renew"),
                    CodCommand.named("delegate_proxy"),
                    new ClaimsCommand(),
                    new StatusCommand(),
                    new SubmitCommand(),
                    new QueueCommand(),
                    ActionCommand.RM,
                    ActionCommand.HOLD,
                    ActionCommand.RELEASE,
                    ActionCommand.VACATE_JOB,
                    SlotsCommand.VACATE,
                    SlotsCommand.CHECKPOINT,
                    SlotsCommand.CKPT,
                    new EvalCommand(),
                    new MatchCommand());

    private Commands() {}

    public static List<Command> all() {
        return ALL;
    }

    /** The command with exactly this name. */
    static Optional<Command> named(String name) {
        return ALL.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    /** {@code roost <part>}: a part of roost itself, or else what is called condor_<part>. */
    static Optional<Command> part(String part) {
        return named("roost " + part).or(() -> named("condor_" + part));
    }
}
