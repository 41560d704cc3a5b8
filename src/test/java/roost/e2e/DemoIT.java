// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo of the README: it shows what it should, and fails when something does not hold. */
@Timeout(240)
class DemoIT {
    private static final Pattern PIDS = Pattern.compile("the batch jobs run, pids \\[([\\d, ]+)]");
    private static final Pattern NODE = Pattern.compile("the node (?:answers|is back), pid (\\d+)");

    @TempDir Path directory;

    @Test
    void itHoldsAndLeavesThePictureAndNoProcess() throws Exception {
        Path picture = directory.resolve("fractal.png");
        Process demo = demo("-picture", picture.toString());
        List<String> lines = demo.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(demo.waitFor()).as("%s", lines).isZero();
        assertThat(lines).last().isEqualTo("All of it held.");
        assertThat(lines)
                .filteredOn(line -> line.matches(" *\\d+\\.\\d\\d s +\\d+(\\.\\d)? ms  .*"))
                .as("steps with times")
                .hasSizeGreaterThan(12);
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isPositive();
        for (String line : lines) {
            Matcher started = NODE.matcher(line);
            assertThat(started.find() && !Kernel.gone(Long.parseLong(started.group(1))))
                    .as(line)
                    .isFalse();
        }
    }

    @Test
    void itFailsWhenABatchJobIsLost() throws Exception {
        Process demo = demo();
        String output = "";
        try (BufferedReader lines = demo.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output += line + "\n";
                Matcher running = PIDS.matcher(line);
                if (running.find()) {
                    for (String pid : running.group(1).split(", ")) {
                        ProcessHandle.of(Long.parseLong(pid))
                                .ifPresent(ProcessHandle::destroyForcibly);
                    }
                }
            }
        }
        assertThat(demo.waitFor()).as(output).isEqualTo(1);
        assertThat(output).contains("This did not hold: ").doesNotContain("All of it held.");
    }

    private Process demo(String... options) throws IOException {
        ProcessBuilder demo =
                new ProcessBuilder(TestNode.dist().resolve("bin/roost").toString(), "demo")
                        .redirectErrorStream(true);
        demo.command().addAll(List.of(options));
        demo.environment().put("HOME", directory.toString());
        return demo.start();
    }
}
