// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import roost.api.Api;
import roost.api.CallerConfig;
import roost.api.CommandEngine;
import roost.api.CommandHost;
import roost.config.CondorConfig;
import roost.config.FrontCache;
import roost.config.Knobs;
import roost.observe.Health;
import roost.observe.Metrics;
import roost.security.Identity;

/** All doors of a node, opened and closed together. */
public final class Gate implements AutoCloseable {
    /** Name of the command line's socket in the directory RUN. */
    public static final String COMMAND_LINE_SOCKET = "cli.sock";

    private final ApiServer http;
    private final Optional<CommandLineDoor> commandLine;

    private Gate(ApiServer http, Optional<CommandLineDoor> commandLine) {
        this.http = http;
        this.commandLine = commandLine;
    }

    /**
     * Opens the HTTP door and, if a command line engine is on the class path, the command line's.
     *
     * @param inForce the node's configuration as it is now; where the doors are and their limits
     *     are taken from it once
     * @param host the node's numeric address, for the identities of those who come in
     * @param version of Roost
     * @param apis the node as a user sees it
     * @throws IOException if it cannot listen, saying why and what to do
     */
    public static Gate open(
            Supplier<CondorConfig> inForce,
            String host,
            String version,
            Function<Identity, Api> apis,
            Metrics metrics,
            Health health)
            throws IOException {
        CondorConfig config = inForce.get();
        PeerCredentials peers =
                new PeerCredentials(config.getString(Knobs.UID_DOMAIN).orElse(host), host);
        ApiServer http =
                ApiServer.open(
                        config.getPath(Knobs.ROOST_API_SOCKET),
                        limits(config),
                        peers,
                        apis,
                        metrics,
                        health,
                        version);
        try {
            Optional<CommandEngine> engine = ServiceLoader.load(CommandEngine.class).findFirst();
            if (engine.isEmpty()) {
                health.problem("command line", "this installation has none");
                return new Gate(http, Optional.empty());
            }
            Path socket = config.getPath(Knobs.RUN).resolve(COMMAND_LINE_SOCKET);
            CommandLineDoor door =
                    CommandLineDoor.open(
                            socket,
                            CommandLineDoor.Limits.DEFAULT,
                            engine.get(),
                            peers,
                            apis,
                            caller -> configOf(caller, inForce.get()),
                            metrics);
            String home = System.getProperty("roost.home");
            if (home != null) {
                FrontCache.write(config, Path.of(home), socket);
            }
            return new Gate(http, Optional.of(door));
        } catch (IOException | RuntimeException e) {
            http.close();
            throw e;
        }
    }

    private static ApiServer.Limits limits(CondorConfig config) {
        ApiServer.Limits usual = ApiServer.Limits.DEFAULT;
        return new ApiServer.Limits(
                Math.toIntExact(config.getInteger(Knobs.ROOST_API_MAX_REQUEST)),
                usual.adBytes(),
                usual.headerBytes(),
                Math.toIntExact(config.getInteger(Knobs.ROOST_API_MAX_CONNECTIONS)),
                config.getDuration(Knobs.ROOST_API_IDLE_TIMEOUT),
                usual.eventStreams(),
                usual.eventsQueued(),
                usual.heartbeat());
    }

    /** The node's own configuration is the user's too, if nothing that decides it is different. */
    private static CondorConfig configOf(CommandHost caller, CondorConfig nodes) {
        Map<String, String> theirs = deciding(caller.environment());
        boolean same =
                theirs.equals(deciding(nodes.source().environment()))
                        && !theirs.getOrDefault("CONDOR_CONFIG", "/").matches("[^/].*");
        return same ? nodes : CallerConfig.load(caller);
    }

    private static Map<String, String> deciding(Map<String, String> environment) {
        Map<String, String> some = new TreeMap<>();
        environment.forEach(
                (name, value) -> {
                    if (FrontCache.DECIDING.contains(name)
                            || name.regionMatches(true, 0, "_CONDOR_", 0, 8)) {
                        some.put(name, value);
                    }
                });
        return some;
    }

    /** Lets nobody in any more. */
    @Override
    public void close() {
        commandLine.ifPresent(CommandLineDoor::close);
        http.close();
    }
}
