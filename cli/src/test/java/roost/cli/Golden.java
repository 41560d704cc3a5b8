// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Recorded runs: what was typed, and what must be printed, to the byte. A file holds many; each
 * begins with {@code $ command}, has any of the sections {@code [stdin]}, {@code [stdout]}, {@code
 * [stderr]}, and ends with {@code [exit N]}. Lines before a {@code $} are remarks.
 */
final class Golden {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private Golden() {}

    /** One recorded run. */
    record Run(String command, String stdin, String stdout, String stderr, int exit) {
        List<String> words() {
            List<String> words = new ArrayList<>();
            Matcher matcher = WORD.matcher(command);
            while (matcher.find()) {
                words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
            }
            return words;
        }
    }

    /** A test for each run of a file, on hosts that the caller makes. */
    static Stream<DynamicTest> tests(String file, java.util.function.Supplier<FakeHost> hosts)
            throws IOException {
        return read(file).stream()
                .map(run -> DynamicTest.dynamicTest(run.command(), () -> check(run, hosts.get())));
    }

    static void check(Run run, FakeHost host) {
        int exit = host.stdin(run.stdin()).run(run.words());
        assertThat(host.stderr()).as("stderr").isEqualTo(run.stderr());
        assertThat(host.stdout()).as("stdout").isEqualTo(run.stdout());
        assertThat(exit).as("exit status").isEqualTo(run.exit());
    }

    static List<Run> read(String file) throws IOException {
        String text;
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text = text.replace("@VERSION@\n@PLATFORM@\n", Version.TEXT);
            for (Command known : Commands.all()) {
                text = text.replace("@USAGE " + known.name() + "@\n", known.usage());
            }
        }
        List<Run> runs = new ArrayList<>();
        String command = null;
        StringBuilder[] sections = new StringBuilder[3];
        int current = -1;
        for (String line : text.split("\n", -1)) {
            int section = List.of("[stdin]", "[stdout]", "[stderr]").indexOf(line);
            if (line.startsWith("$ ") && command == null) {
                command = line.substring(2);
                java.util.Arrays.setAll(sections, i -> new StringBuilder());
                current = -1;
            } else if (command == null) {
                continue;
            } else if (line.matches("\\[exit \\d+]")) {
                int exit = Integer.parseInt(line.substring(6, line.length() - 1));
                runs.add(
                        new Run(
                                command,
                                sections[0].toString(),
                                sections[1].toString(),
                                sections[2].toString(),
                                exit));
                command = null;
            } else if (section >= 0) {
                current = section;
            } else if (current >= 0) {
                sections[current].append(line).append('\n');
            }
        }
        assertThat(runs).as("runs in " + file).isNotEmpty();
        return runs;
    }
}
