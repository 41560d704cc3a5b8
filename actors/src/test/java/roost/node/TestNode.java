// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import roost.api.Api;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.config.CondorConfig;
import roost.config.ConfigMapping;
import roost.config.ConfigSource;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.observe.Health;
import roost.security.Identity;

/** A whole node in this JVM, with real starters, in a directory of its own. */
final class TestNode implements AutoCloseable {
    static final String USER = System.getProperty("user.name");

    private static final long PATIENCE_SECONDS = 30;

    private final Path directory;
    private final Map<String, String> knobs;
    private ActorSystem<NodeActor.Command> system;
    private NodeParts parts;
    private NodeApi api;

    private TestNode(Path directory, Map<String, String> knobs) {
        this.directory = directory;
        this.knobs = knobs;
    }

    /** Starts a node; knobs are names and values in turn. */
    static TestNode start(Path directory, String... knobs) throws Exception {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("NUM_CPUS", "1");
        map.put("NUM_SLOTS", "1");
        map.put("VALID_COD_USERS", USER + ", ann, bob");
        map.put("STARTD_NAME", "here");
        for (int i = 0; i < knobs.length; i += 2) {
            map.put(knobs[i], knobs[i + 1]);
        }
        TestNode node = new TestNode(directory, map);
        node.start();
        return node;
    }

    void start() throws Exception {
        Path file = writeConfiguration();
        ConfigSource source =
                ConfigSource.ofProcess().withEnvironment(Map.of("CONDOR_CONFIG", file.toString()));
        CondorConfig condor = CondorConfig.load(source);
        Config config = ConfigFactory.load(ConfigMapping.toHocon(condor));
        LocalDirectory.take(config.getConfig("roost")).close();
        NodeAddress address = Membership.address(config.getConfig("roost"));
        Config all =
                ConfigFactory.parseMap(Membership.settings(config, address)).withFallback(config);
        CompletableFuture<NodeApi> ready = new CompletableFuture<>();
        AtomicReference<NodeParts> made = new AtomicReference<>();
        system =
                ActorSystem.create(
                        NodeActor.create(
                                s -> {
                                    made.set(
                                            NodeParts.of(
                                                    s,
                                                    address,
                                                    new ConfigInForce(
                                                            condor,
                                                            () -> CondorConfig.load(source)),
                                                    new Health()));
                                    return made.get();
                                },
                                ready),
                        "roost",
                        all);
        api = ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        parts = made.get();
        Cluster cluster = Cluster.get(system);
        cluster.joinSeedNodes(
                scala.jdk.javaapi.CollectionConverters.asScala(
                                Membership.seeds(
                                        config.getConfig("roost"), address, cluster.selfAddress()))
                        .toList());
    }

    private Path writeConfiguration() throws IOException {
        Path file = directory.resolve("condor_config");
        StringBuilder text = new StringBuilder("LOCAL_DIR = " + directory + "\n");
        knobs.forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        return Files.writeString(file, text);
    }

    /** Changes the configuration and has it read again; knobs are names and values in turn. */
    void reconfigure(String... changes) throws Exception {
        for (int i = 0; i < changes.length; i += 2) {
            knobs.put(changes[i], changes[i + 1]);
        }
        writeConfiguration();
        call(new ApiRequest.Reconfigure());
    }

    /** As good as kill -9: nothing is said to anybody, starters and jobs live on. */
    void crash() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        parts.close();
    }

    /** Stops as a user would stop it: every job is ended first. */
    void stop() throws Exception {
        system.tell(new NodeActor.Terminate(false));
        system.getWhenTerminated().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        parts.close();
    }

    NodeAddress address() {
        return parts.address();
    }

    Api as(String user) {
        return api.as(new Identity(user, "here", "127.0.0.1", Identity.Method.PEER_CREDENTIALS));
    }

    /** Sends a request as this process's own user. */
    <R extends ApiReply> R call(ApiRequest<R> request) throws Exception {
        return call(USER, request);
    }

    <R extends ApiReply> R call(String user, ApiRequest<R> request) throws Exception {
        return as(user).call(request).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Requests a claim on any slot and runs a job under it. */
    ClaimId runCod(ClassAd job) throws Exception {
        ClaimId claim =
                call(new ApiRequest.RequestClaim(
                                ApiRequest.Target.HERE, Optional.empty(), OptionalLong.empty()))
                        .id()
                        .orElseThrow();
        activate(claim, job);
        return claim;
    }

    /** Starts the job in the claim, and waits for the start. */
    ClaimReply activate(ClaimId claim, ClassAd job) throws Exception {
        return call(
                new ApiRequest.ActivateClaim(
                        claim,
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.of(job),
                        Optional.empty(),
                        true));
    }

    @Override
    public void close() throws IOException {
        try {
            system.tell(new NodeActor.Terminate(true));
            system.getWhenTerminated()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            parts.close();
        } catch (Exception e) {
            throw new IOException("the node did not stop", e);
        }
    }
}
