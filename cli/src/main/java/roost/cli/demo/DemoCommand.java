// SPDX-License-Identifier: Apache-2.0
package roost.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;

/** {@code roost demo}: shows what Roost is for, and fails if any of it does not hold. */
public final class DemoCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "",
                    Option.value("picture", 1, "FILE", "where the picture is saved"),
                    Option.flag("keep", 1, "keep the demo's directory"));

    @Override
    public String name() {
        return "roost demo";
    }

    @Override
    public String summary() {
        return "Show what Roost does, with a node in a temporary directory.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException {
        Optional<Path> home = Optional.ofNullable(System.getProperty("roost.home")).map(Path::of);
        if (home.isEmpty()) {
            host.err().println("ERROR: the demo runs from an installed Roost: bin/roost demo");
            return 1;
        }
        Optional<Path> picture =
                arguments.options().value("picture").map(host.workingDirectory()::resolve);
        boolean keep = arguments.options().has("keep");
        try (Stage stage = Stage.build(home.get(), host.environment(), keep)) {
            return new Demo(stage, new Timeline(host.out()), picture).run();
        }
    }
}
