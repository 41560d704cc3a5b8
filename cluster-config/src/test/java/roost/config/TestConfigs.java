// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Configurations for tests, read for a made-up user on a made-up machine. */
final class TestConfigs {
    static final String ROOT = "/etc/test/condor_config";

    private TestConfigs() {}

    /** Reads what {@code files} hold, {@link #ROOT} first, with some environment. */
    static ConfigSource source(MemoryFiles files, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("CONDOR_CONFIG", ROOT);
        return new ConfigSource(
                new ConfigSource.Caller(all, "ann", Path.of("/home/ann"), Path.of("/work"), 4711),
                "TOOL",
                "",
                false,
                1,
                files,
                HostFacts.of(
                        Map.of(
                                "FULL_HOSTNAME", "exec1.example.org",
                                "HOSTNAME", "exec1",
                                "DETECTED_CPUS", "4",
                                "DETECTED_MEMORY", "8000",
                                "OPSYS", "LINUX")));
    }

    /** Reads one file of these lines. */
    static CondorConfig of(String... lines) {
        return CondorConfig.load(source(new MemoryFiles().put(ROOT, lines), Map.of()));
    }

    /** The value of {@code X} in a file of these lines. */
    static String x(String... lines) {
        CondorConfig config = of(lines);
        if (!config.problems().isEmpty()) {
            throw new AssertionError("problems: " + config.problems());
        }
        return config.get("X").orElse("(not defined)");
    }

    /** All problems that reading these lines gives, one a line. */
    static String problems(String... lines) {
        StringBuilder all = new StringBuilder();
        of(lines).problems().forEach(problem -> all.append(problem).append('\n'));
        return all.toString();
    }
}
