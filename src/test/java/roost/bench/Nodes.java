// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import roost.api.ClaimReply;
import roost.config.CondorConfig;
import roost.config.ConfigSource;
import roost.e2e.TestNode;
import roost.id.NodeAddress;
import roost.node.LocalNode;

/** Nodes to measure. */
final class Nodes {
    private Nodes() {}

    /** A node of one slot in this JVM. */
    static LocalNode within(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("condor_config");
        Files.writeString(
                file,
                """
                use ROLE : Personal
                LOCAL_DIR = %s
                NUM_SLOTS = 1
                VALID_COD_USERS = %s
                """
                        .formatted(directory, System.getProperty("user.name")));
        ConfigSource source =
                ConfigSource.ofProcess().withEnvironment(Map.of("CONDOR_CONFIG", file.toString()));
        return LocalNode.start(CondorConfig.load(source), () -> CondorConfig.load(source));
    }

    static NodeAddress addressOf(TestNode node) throws IOException {
        String address = node.must("condor_status", "-af", "MyAddress").lines().findFirst().get();
        return NodeAddress.parse(address.strip()).orElseThrow();
    }

    /** The reply, which must be a success. */
    static ClaimReply reply(CompletionStage<ClaimReply> stage)
            throws InterruptedException, ExecutionException {
        ClaimReply reply = stage.toCompletableFuture().get();
        check(reply);
        return reply;
    }

    /** Throws unless it is a success. */
    static void check(ClaimReply reply) {
        if (!reply.succeeded()) {
            throw new IllegalStateException(reply.error().orElse(reply.result().literal()));
        }
    }
}
