// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiException;
import roost.api.CommandHost.FileAccessException;
import roost.api.CommandHost.FileFacts;

/** The texts are those of the native front, so that commands say the same wherever they run. */
class LocalHostTest {
    @TempDir Path dir;

    private final LocalHost host = LocalHost.silent(List.of("condor_x"));

    @Test
    void filesAreReadAndWritten() throws IOException {
        String path = dir.resolve("f").toString();
        try (OutputStream out = host.write(path)) {
            out.write("text".getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream in = host.read(path)) {
            assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("text");
        }
    }

    @Test
    void filesThatCannotBeOpenedSayWhyInTheSystemsWords() {
        String absent = dir.resolve("absent").toString();
        assertThatThrownBy(() -> host.read(absent))
                .isInstanceOf(FileAccessException.class)
                .hasMessage("'" + absent + "': errno 2 (No such file or directory)");
        assertThatThrownBy(() -> host.read(dir.toString()))
                .hasMessage("'" + dir + "': errno 21 (Is a directory)");
        assertThatThrownBy(() -> host.write(absent + "/x"))
                .hasMessage("'" + absent + "/x': errno 2 (No such file or directory)");
        assertThatThrownBy(() -> host.write(dir.toString()))
                .hasMessage("'" + dir + "': errno 21 (Is a directory)");
        assertThatThrownBy(() -> host.read("a\0b")).hasMessageContaining("errno 22");
    }

    @Test
    void factsTellWhatIsThere() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "12345");
        assertThat(host.facts(file.toString())).isEqualTo(new FileFacts(true, true, false, 5));
        assertThat(host.facts(dir.toString()).regular()).isFalse();
        assertThat(host.facts(file + "/x").exists()).isFalse();
        assertThat(host.facts(dir + "/absent").exists()).isFalse();
    }

    @Test
    void namesAreListedInOrder() throws IOException {
        Files.createFile(dir.resolve("b"));
        Files.createFile(dir.resolve("a"));
        assertThat(host.list(dir.toString())).containsExactly("a", "b");
        assertThatThrownBy(() -> host.list(dir + "/absent")).hasMessageContaining("errno 2 ");
        assertThatThrownBy(() -> host.list(dir + "/a")).hasMessageContaining("errno 20 ");
    }

    @Test
    void withoutANodeTheApiSaysHowToStartOne() {
        assertThatThrownBy(host::api)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ApiException.Code.UNAVAILABLE);
                            assertThat(e.hint()).hasValue("start one with: roost start");
                        });
    }
}
