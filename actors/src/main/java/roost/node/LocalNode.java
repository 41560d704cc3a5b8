// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import roost.api.Api;
import roost.config.CondorConfig;
import roost.config.ConfigCheck;
import roost.config.ConfigException;
import roost.config.ConfigMapping;
import roost.config.ConfigProblem;
import roost.gate.Gate;
import roost.id.NodeAddress;
import roost.observe.Health;
import roost.observe.Metrics;
import roost.security.Identity;

/**
 * A node in this JVM. {@link NodeMain} is a process around one; a program that claims slots on its
 * own machine all day can bring its node along instead, and talk to it without a network in between
 * ({@code RoostClient.within}).
 *
 * <p>The node answers on its sockets like any other. It logs wherever the program's SLF4J does.
 */
public final class LocalNode implements AutoCloseable {
    private static final String SYSTEM = "roost";

    private final Config config;
    private final NodeAddress address;
    private final ConfigInForce inForce;
    private final LocalDirectory directory;
    private final Health health = new Health();
    private final AtomicReference<NodeParts> parts = new AtomicReference<>();
    private final CompletableFuture<NodeApi> ready = new CompletableFuture<>();
    private final ActorSystem<NodeActor.Command> system;
    private Gate gate;

    private LocalNode(
            Config config, NodeAddress address, ConfigInForce inForce, LocalDirectory directory) {
        this.config = config;
        this.address = address;
        this.inForce = inForce;
        this.directory = directory;
        this.system = ActorSystem.create(NodeActor.create(this::makeParts, ready), SYSTEM, config);
        system.getWhenTerminated()
                .whenComplete(
                        (done, failure) ->
                                ready.completeExceptionally(
                                        new IllegalStateException(
                                                "the node ended before it was ready; "
                                                        + directory.log()
                                                        + " says why")));
    }

    private NodeParts makeParts(ActorSystem<?> made) {
        parts.set(NodeParts.of(made, address, inForce, health));
        return parts.get();
    }

    /**
     * Starts a node and waits until it answers.
     *
     * @param again reads the configuration anew, when the node is told to
     * @throws ConfigException if the configuration has mistakes
     * @throws IOException if it cannot have its directories, its address or its sockets
     */
    public static LocalNode start(CondorConfig condor, Supplier<CondorConfig> again)
            throws IOException {
        List<ConfigProblem> errors =
                ConfigCheck.check(condor).stream().filter(ConfigProblem::isError).toList();
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        Config config = ConfigFactory.load(ConfigMapping.toHocon(condor));
        LocalDirectory directory = LocalDirectory.take(config.getConfig("roost"));
        LocalNode node = null;
        try {
            node = begin(config, new ConfigInForce(condor, again), directory);
            node.awaitReady();
            return node;
        } catch (IOException | RuntimeException e) {
            if (node != null) {
                node.system.terminate();
                node.release();
            }
            directory.close();
            throw e;
        }
    }

    /** Begins to start a node in directories that are its own. */
    static LocalNode begin(Config config, ConfigInForce inForce, LocalDirectory directory)
            throws IOException {
        NodeAddress address = Membership.address(config.getConfig("roost"));
        Config all =
                ConfigFactory.parseMap(Membership.settings(config, address)).withFallback(config);
        return new LocalNode(all, address, inForce, directory);
    }

    /** Waits until the node has taken up what it had, and opens its doors. */
    void awaitReady() throws IOException {
        NodeApi api;
        try {
            api = ready.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
        Cluster cluster = Cluster.get(system);
        cluster.joinSeedNodes(
                scala.jdk.javaapi.CollectionConverters.asScala(
                                Membership.seeds(
                                        config.getConfig("roost"), address, cluster.selfAddress()))
                        .toList());
        Metrics metrics = new Metrics();
        parts.get().measure(metrics);
        gate =
                Gate.open(
                        inForce::config,
                        address.host(),
                        NodeParts.VERSION,
                        api::as,
                        metrics,
                        health);
        directory.writePid();
    }

    /** The node as this process's own user sees it. */
    public Api api() {
        return ready.join()
                .as(
                        new Identity(
                                System.getProperty("user.name"),
                                config.getString("roost.node.uid-domain"),
                                address.host(),
                                Identity.Method.PEER_CREDENTIALS));
    }

    public NodeAddress address() {
        return address;
    }

    String name() {
        return config.getString("roost.node.name");
    }

    Path log() {
        return directory.log();
    }

    /** Ends the jobs and then the node; what waits for that can wait for {@link #ended}. */
    void stop(boolean fast) {
        system.tell(new NodeActor.Terminate(fast));
    }

    CompletableFuture<?> ended() {
        return system.getWhenTerminated().toCompletableFuture();
    }

    /** Gives back what the process would give back by its end. */
    void release() {
        if (gate != null) {
            gate.close();
        }
        if (parts.get() != null) {
            parts.get().close();
        }
    }

    /** Ends the jobs and then the node. */
    @Override
    public void close() throws IOException {
        stop(true);
        ended().join();
        release();
        directory.close();
    }
}
