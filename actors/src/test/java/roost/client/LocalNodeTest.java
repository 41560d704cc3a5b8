// SPDX-License-Identifier: Apache-2.0
package roost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import roost.api.ApiRequest;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.config.CondorConfig;
import roost.config.ConfigException;
import roost.config.ConfigSource;
import roost.id.ClaimId;
import roost.node.LocalNode;
import roost.posix.DiskTrouble;

@Timeout(120)
class LocalNodeTest {
    private static final ClassAd JOB =
            ClassAd.builder().put("Cmd", "/bin/sleep").put("Args", "3600").build();

    @TempDir Path directory;

    @Test
    void aProgramUsesTheClaimsOfTheNodeThatItBringsAlongAndFindsThemAgain() throws Exception {
        ClaimId claim;
        try (LocalNode node = start("");
                RoostClient roost = RoostClient.within(node)) {
            assertThat(roost.nodes()).containsExactly(node.address());
            claim = reply(roost.request()).id().orElseThrow();
            assertThat(reply(roost.activate(claim, JOB)).succeeded()).isTrue();
            assertThat(reply(roost.suspend(claim)).succeeded()).isTrue();
            assertThat(reply(roost.suspend(claim)).error()).contains("Claim is already suspended");
            assertThat(reply(roost.resume(claim)).succeeded()).isTrue();
            assertThat(reply(roost.api().call(new ApiRequest.SuspendClaim(claim))).succeeded())
                    .isTrue();
        }
        try (LocalNode node = start("");
                RoostClient roost = RoostClient.within(node)) {
            assertThat(reply(roost.suspend(claim)).error())
                    .contains("Cannot suspend an inactive claim");
            assertThat(reply(roost.release(claim, true)).succeeded()).isTrue();
        }
    }

    @Test
    void mistakesInTheConfigurationAreToldBeforeAnythingStarts() {
        assertThatThrownBy(() -> start("NUM_CPUS = many")).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run/starters", "run/roost.sock", "spool/history", "spool/journal"})
    void whatIsInTheWayIsNamedWithTheReason(String what) throws IOException {
        Path inTheWay = directory.resolve(what);
        if (what.endsWith("starters") || what.endsWith("journal")) {
            Files.createDirectories(inTheWay.getParent());
            Files.createFile(inTheWay);
        } else {
            Files.createDirectories(inTheWay.resolve("something"));
        }
        assertThatThrownBy(() -> start(""))
                .extracting(e -> e instanceof CompletionException ? e.getCause() : e)
                .extracting(DiskTrouble::text, STRING)
                .contains(inTheWay.toString())
                .containsPattern("File exists|Directory not empty|Is a directory|Not a directory");
    }

    private LocalNode start(String line) throws IOException {
        Path file = directory.resolve("condor_config");
        Files.writeString(
                file,
                """
                use ROLE : Personal
                LOCAL_DIR = %s
                NUM_SLOTS = 1
                VALID_COD_USERS = %s
                %s
                """
                        .formatted(directory, System.getProperty("user.name"), line));
        ConfigSource source =
                ConfigSource.ofProcess().withEnvironment(Map.of("CONDOR_CONFIG", file.toString()));
        return LocalNode.start(CondorConfig.load(source), () -> CondorConfig.load(source));
    }

    private static ClaimReply reply(CompletionStage<ClaimReply> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
