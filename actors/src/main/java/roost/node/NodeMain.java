// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.config.CondorConfig;
import roost.config.ConfigCheck;
import roost.config.ConfigException;
import roost.config.ConfigMapping;
import roost.config.ConfigProblem;
import roost.config.ConfigSource;
import roost.gate.Gate;
import roost.id.NodeAddress;
import roost.observe.Health;
import roost.observe.Metrics;

/**
 * The node's process: {@code NodeMain [--ready-fd N]}. Reads the configuration, makes sure that it
 * is alone in its directory, runs the node until it is stopped. SIGTERM and SIGINT stop it as
 * {@code roost stop} does.
 *
 * <p>On the ready descriptor it writes the line {@code ready} when requests are answered, or else
 * why they never will be; the exit status is then 1.
 */
public final class NodeMain {
    private static final String SYSTEM = "roost";

    private final ReadySignal announce;
    private final AtomicReference<ActorSystem<NodeActor.Command>> running = new AtomicReference<>();

    private NodeMain(ReadySignal announce) {
        this.announce = announce;
    }

    public static void main(String[] args) {
        ReadySignal announce = ReadySignal.of(args);
        int status;
        try {
            new NodeMain(announce).run();
            status = 0;
        } catch (ConfigException e) {
            e.problems().forEach(problem -> announce.failed(problem.toString()));
            status = 1;
        } catch (IOException | RuntimeException e) {
            Throwable cause = e instanceof CompletionException ? e.getCause() : e;
            announce.failed(cause.getMessage() == null ? cause.toString() : cause.getMessage());
            LoggerFactory.getLogger(NodeMain.class).error("the node cannot run", cause);
            status = 1;
        }
        // Threads of libraries must not keep the process.
        Runtime.getRuntime().halt(status);
    }

    private void run() throws IOException {
        CondorConfig condor = load();
        List<ConfigProblem> problems = ConfigCheck.check(condor);
        List<ConfigProblem> errors = problems.stream().filter(ConfigProblem::isError).toList();
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        Config config = ConfigFactory.load(ConfigMapping.toHocon(condor));
        Config roost = config.getConfig("roost");
        try (LocalDirectory directory = LocalDirectory.take(roost)) {
            Logging.to(directory.log(), roost);
            Logger log = LoggerFactory.getLogger(NodeMain.class);
            problems.forEach(problem -> log.warn("configuration: {}", problem));
            NodeAddress address = Membership.address(roost);
            serve(condor, withAddress(config, address), address, directory, log);
        }
    }

    private static CondorConfig load() {
        return CondorConfig.load(ConfigSource.ofProcess());
    }

    private static Config withAddress(Config config, NodeAddress address) {
        return ConfigFactory.parseMap(Membership.settings(config, address)).withFallback(config);
    }

    private void serve(
            CondorConfig condor,
            Config config,
            NodeAddress address,
            LocalDirectory directory,
            Logger log)
            throws IOException {
        Health health = new Health();
        ConfigInForce inForce = new ConfigInForce(condor, NodeMain::load);
        CompletableFuture<NodeApi> ready = new CompletableFuture<>();
        AtomicReference<NodeParts> parts = new AtomicReference<>();
        stopOnSignals();
        ActorSystem<NodeActor.Command> system =
                ActorSystem.create(
                        NodeActor.create(
                                s -> {
                                    try {
                                        parts.set(NodeParts.of(s, address, inForce, health));
                                        return parts.get();
                                    } catch (RuntimeException e) {
                                        ready.completeExceptionally(e);
                                        throw e;
                                    }
                                },
                                ready),
                        SYSTEM,
                        config);
        running.set(system);
        system.getWhenTerminated()
                .whenComplete(
                        (done, failure) ->
                                ready.completeExceptionally(
                                        new IllegalStateException(
                                                "the node ended before it was ready; "
                                                        + directory.log()
                                                        + " says why")));
        NodeApi api = await(ready);
        Cluster cluster = Cluster.get(system);
        cluster.joinSeedNodes(
                scala.jdk.javaapi.CollectionConverters.asScala(
                                Membership.seeds(
                                        config.getConfig("roost"), address, cluster.selfAddress()))
                        .toList());
        Metrics metrics = new Metrics();
        parts.get().measure(metrics);
        Gate gate =
                Gate.open(
                        inForce::config,
                        address.host(),
                        NodeParts.VERSION,
                        api::as,
                        metrics,
                        health);
        try {
            directory.writePid();
            announce.ready();
            log.info(
                    "node={} address={} version={} ready",
                    config.getString("roost.node.name"),
                    address,
                    NodeParts.VERSION);
            system.getWhenTerminated().toCompletableFuture().join();
        } finally {
            gate.close();
            parts.get().close();
        }
        log.info("node={} stopped", config.getString("roost.node.name"));
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /**
     * The JVM runs this on SIGTERM and SIGINT, and ends when it returns; by then main has ended the
     * process with the right status.
     */
    private void stopOnSignals() {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    ActorSystem<NodeActor.Command> system = running.get();
                                    if (system != null) {
                                        system.tell(new NodeActor.Terminate(false));
                                        system.getWhenTerminated().toCompletableFuture().join();
                                    }
                                },
                                "stop"));
    }

    /** Tells whoever started the node how that went. */
    private static final class ReadySignal {
        private final OutputStream out;

        private ReadySignal(OutputStream out) {
            this.out = out;
        }

        static ReadySignal of(String[] args) {
            if (args.length == 0) {
                return new ReadySignal(null);
            }
            if (args.length != 2 || !args[0].equals("--ready-fd") || !args[1].matches("[0-9]+")) {
                System.err.println("usage: NodeMain [--ready-fd N]");
                Runtime.getRuntime().halt(2);
            }
            try {
                Path descriptor = Path.of("/proc/self/fd", args[1]);
                return new ReadySignal(new FileOutputStream(descriptor.toFile()));
            } catch (IOException e) {
                System.err.println("roost: --ready-fd " + args[1] + ": " + e.getMessage());
                Runtime.getRuntime().halt(2);
                throw new IllegalStateException(e);
            }
        }

        void ready() throws IOException {
            if (out != null) {
                out.write("ready\n".getBytes(StandardCharsets.US_ASCII));
                out.close();
            }
        }

        void failed(String why) {
            String line = "roost: " + why + "\n";
            if (out == null) {
                System.err.print(line);
                return;
            }
            try {
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.flush();
            } catch (IOException e) {
                System.err.print(line);
            }
        }
    }
}
