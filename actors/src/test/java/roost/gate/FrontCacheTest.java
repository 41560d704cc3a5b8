// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.config.CondorConfig;
import roost.config.ConfigSource;
import roost.config.FrontCache;
import roost.observe.Metrics;

/**
 * What the Java side writes and what the native front makes of it. A front that does not trust the
 * cache starts a JVM, which it does not find here: that is how the tests see which way it went.
 */
@Timeout(60)
class FrontCacheTest {
    private static final Path FRONT =
            Path.of(System.getProperty("roost.native.dir"), "bin/roost").toAbsolutePath();

    @TempDir Path dir;

    private final Map<String, String> environment = new HashMap<>();
    private Path config;
    private CommandLineDoor door;

    @BeforeEach
    void open() throws IOException {
        config = dir.resolve("condor_config");
        Files.writeString(config, "LOCAL_DIR = " + dir + "\nLOCAL_CONFIG_DIR = " + dir + "/d\n");
        Files.createDirectory(dir.resolve("d"));
        Files.writeString(dir.resolve("d/more"), "X = $ENV(ROOST_TEST_X)\n");
        environment.put("HOME", dir.toString());
        environment.put("PATH", System.getenv("PATH"));
        environment.put("JAVA_HOME", dir.resolve("no-java").toString());
        environment.put("CONDOR_CONFIG", config.toString());
        environment.put("_CONDOR_B", "2");
        environment.put("_condor_A", "1");
        environment.put("ROOST_TEST_X", "x");
        door =
                CommandLineDoor.open(
                        dir.resolve("cli.sock"),
                        CommandLineDoor.Limits.DEFAULT,
                        host -> 17,
                        new PeerCredentials("test.domain", "127.0.0.1"),
                        identity -> null,
                        host -> null,
                        new Metrics());
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void theFrontFindsTheNodeByIt() throws Exception {
        assertThat(write()).isPresent();
        assertThat(findsNode()).isTrue();
    }

    @Test
    void withoutItTheFrontDoesNotGuess() throws Exception {
        assertThat(findsNode()).isFalse();
    }

    @Test
    void itHoldsOnlyWhileEveryFileIsAsItWas() throws Exception {
        write();
        Files.setLastModifiedTime(config, FileTime.fromMillis(1_000_000_000_000L));
        assertThat(findsNode()).isFalse();
        write();
        assertThat(findsNode()).isTrue();
        Files.writeString(dir.resolve("d/new"), "Y = 1\n");
        assertThat(findsNode()).isFalse();
        write();
        Files.delete(dir.resolve("d/more"));
        assertThat(findsNode()).isFalse();
    }

    @Test
    void itHoldsOnlyForTheSameEnvironment() throws Exception {
        write();
        environment.put("_CONDOR_C", "3");
        assertThat(findsNode()).isFalse();
        environment.remove("_CONDOR_C");
        assertThat(findsNode()).isTrue();
        environment.put("ROOST_TEST_X", "y");
        assertThat(findsNode()).isFalse();
        environment.put("ROOST_TEST_X", "x");
        environment.put("UNRELATED", "1");
        assertThat(findsNode()).isTrue();
    }

    @Test
    void aRelativeConfigurationHoldsOnlyInItsDirectory() throws Exception {
        environment.put("CONDOR_CONFIG", "condor_config");
        write();
        assertThat(findsNode(dir)).isTrue();
        assertThat(findsNode(dir.resolve("d"))).isFalse();
    }

    @Test
    void itIsPrivateAndNotTrustedOtherwise() throws Exception {
        Path file = write().orElseThrow();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(findsNode()).isFalse();
    }

    @Test
    void aFileThatIsCutOffOrRubbishIsNotTrusted() throws Exception {
        Path file = write().orElseThrow();
        String whole = Files.readString(file);
        for (int size : new int[] {0, 5, 20, whole.length() / 2, whole.length() - 4}) {
            Files.writeString(file, whole.substring(0, size));
            assertThat(findsNode()).as("%d bytes", size).isFalse();
        }
        Files.writeString(file, "x".repeat(100_000));
        assertThat(findsNode()).isFalse();
        Files.writeString(file, whole);
        assertThat(findsNode()).isTrue();
    }

    private Optional<Path> write() {
        Path installation = FRONT.getParent().getParent();
        ConfigSource.Caller caller = new ConfigSource.Caller(environment, "somebody", dir, dir, 1);
        CondorConfig read = CondorConfig.load(ConfigSource.ofProcess().withCaller(caller));
        return FrontCache.write(read, installation, dir.resolve("cli.sock"));
    }

    private boolean findsNode() throws Exception {
        return findsNode(dir);
    }

    private boolean findsNode(Path directory) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(FRONT.toString(), "q").directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status == 17) {
            return true;
        }
        assertThat(said).contains("JAVA_HOME is '" + dir + "/no-java'");
        return false;
    }
}
