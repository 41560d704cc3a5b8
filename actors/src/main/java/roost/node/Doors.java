// SPDX-License-Identifier: Apache-2.0
package roost.node;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.ServiceLoader;
import roost.api.CommandEngine;
import roost.config.FrontCache;
import roost.gate.CommandLineDoor;
import roost.gate.PeerCredentials;
import roost.id.NodeAddress;
import roost.observe.Health;
import roost.observe.Metrics;

/** The ways into a node that is ready. */
final class Doors implements AutoCloseable {
    /** Where the command line's front connects, in RUN. */
    private static final String COMMAND_LINE_SOCKET = "cli.sock";

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Doors() {}

    static Doors open(
            Config roost,
            NodeApi api,
            NodeAddress address,
            ConfigInForce inForce,
            Metrics metrics,
            Health health)
            throws IOException {
        Doors doors = new Doors();
        Path run = Path.of(roost.getString("dir.run"));
        PeerCredentials peers =
                new PeerCredentials(roost.getString("node.uid-domain"), address.host());
        Optional<CommandEngine> engine = ServiceLoader.load(CommandEngine.class).findFirst();
        if (engine.isPresent()) {
            Path socket = run.resolve(COMMAND_LINE_SOCKET);
            doors.open.push(
                    CommandLineDoor.open(
                            socket,
                            CommandLineDoor.Limits.DEFAULT,
                            engine.get(),
                            peers,
                            api::as,
                            new CallerConfigs(inForce)::of,
                            metrics));
            Optional.ofNullable(System.getProperty("roost.home"))
                    .ifPresent(home -> FrontCache.write(inForce.config(), Path.of(home), socket));
        } else {
            health.problem("command line", "this installation has no command line");
        }
        return doors;
    }

    /** How many there are. */
    int size() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
