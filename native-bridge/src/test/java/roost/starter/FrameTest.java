// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private static ByteBuffer frame(String body) {
        return Frame.encode(Frame.PING, 7, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aFrameArrivesAsItWasSent() throws Exception {
        Frame read = Frame.decode(frame("hello"), 100).orElseThrow();

        assertThat(read.type()).isEqualTo(Frame.PING);
        assertThat(read.id()).isEqualTo(7);
        assertThat(StandardCharsets.UTF_8.decode(read.body()).toString()).isEqualTo("hello");
    }

    @Test
    void halfAFrameIsWaitedFor() throws Exception {
        ByteBuffer whole = frame("hello");
        for (int length = 0; length < whole.limit(); length++) {
            assertThat(Frame.decode(whole.duplicate().limit(length), 100)).isEmpty();
        }
    }

    @Test
    void noChangedByteIsBelieved() {
        ByteBuffer whole = frame("hello");
        for (int i = 0; i < whole.limit(); i++) {
            ByteBuffer damaged = ByteBuffer.wrap(whole.array().clone());
            damaged.put(i, (byte) (damaged.get(i) ^ 0x20));
            Optional<Frame> read;
            try {
                read = Frame.decode(damaged, 100);
            } catch (IOException refused) {
                continue;
            }
            assertThat(read).as("byte %d", i).isEmpty();
        }
    }

    @Test
    void aFrameLongerThanExpectedIsRefused() {
        assertThatThrownBy(() -> Frame.decode(frame("hello"), 4)).isInstanceOf(IOException.class);
    }

    @Test
    void anExitRecordThatIsNoneIsReportedNotBelieved(@TempDir Path directory) throws Exception {
        Path file = directory.resolve(ExitRecord.FILE);
        assertThat(ExitRecord.read(directory)).isEmpty();
        Files.write(file, new byte[4096]);
        assertThat(ExitRecord.read(directory)).isEmpty();

        Random random = new Random(SEED);
        byte[] rubbish = new byte[4096];
        random.nextBytes(rubbish);
        Files.write(file, rubbish);
        assertThatThrownBy(() -> ExitRecord.read(directory))
                .as("seed %d", SEED)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged");

        byte[] ping = frame("").array();
        Files.write(file, ping);
        assertThatThrownBy(() -> ExitRecord.read(directory)).hasMessageContaining("something else");
        Files.write(
                file,
                java.util.Arrays.copyOf(
                        Frame.encode(Frame.EXITED, 0, ByteBuffer.allocate(9)).array(), 4096));
        assertThatThrownBy(() -> ExitRecord.read(directory)).hasMessageContaining("is damaged");
    }

    @Test
    void aSpecificationThatCannotBeSentIsRefusedAtOnce() {
        var spec = LaunchSpec.builder(Path.of("/job"), Path.of("/bin/true"));

        assertThatThrownBy(() -> LaunchSpec.builder(Path.of("job"), Path.of("/bin/true")).build())
                .hasMessage("job directory 'job' must be absolute");
        assertThatThrownBy(() -> spec.environment(Map.of("A=B", "c")).build())
                .hasMessageContaining("A=B");
        assertThatThrownBy(() -> spec.environment(Map.of()).argv(List.of("a\0b")).build())
                .hasMessageContaining("NUL");
        assertThatThrownBy(() -> spec.argv(List.of()).build()).hasMessageContaining("arguments");
        LaunchSpec huge = spec.argv(List.of("x".repeat(5 << 20))).build();
        assertThatThrownBy(huge::encode).hasMessageContaining("4 MiB");
    }
}
