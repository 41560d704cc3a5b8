// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class LocalDirectoryTest {
    @TempDir Path directory;

    private Config config(Path local) {
        return ConfigFactory.parseMap(
                Map.of(
                        "dir.local", local.toString(),
                        "dir.run", local.resolve("run").toString(),
                        "dir.spool", local.resolve("spool").toString(),
                        "dir.execute", directory.resolve("execute").toString(),
                        "dir.log", local.resolve("log").toString()));
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamedWithItsKnob() throws IOException {
        Path file = Files.createFile(directory.resolve("execute"));

        assertThatThrownBy(() -> LocalDirectory.take(config(directory.resolve("node"))))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "cannot make the directory %s: %s: File exists; EXECUTE names it",
                        file, file);
    }

    @Test
    void aLockThatCannotBeOpenedIsToldWithWhatToDo() throws IOException {
        Path node = directory.resolve("node");
        Files.createDirectories(node.resolve("run/node.lock"));

        assertThatThrownBy(() -> LocalDirectory.take(config(node)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot open " + node.resolve("run/node.lock") + ": ")
                .hasMessageEndingWith(
                        "is " + node + " another user's? Give this node a LOCAL_DIR of its own");
    }
}
