// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where reading begins. */
sealed interface RootSource {

    /** A file, which must be readable. */
    record File(Path path) implements RootSource {}

    /** A program whose output is read. */
    record Command(String command) implements RootSource {}

    /** What Roost brings along for one user on one machine. */
    record Personal() implements RootSource {}

    /** No file at all, only the environment. */
    record OnlyEnvironment() implements RootSource {}

    /** What CONDOR_CONFIG says is nothing that could be read. */
    record Unusable(String text) implements RootSource {}

    /**
     * {@code CONDOR_CONFIG} if it is set: a file, a command with {@code |} at its end, or the word
     * {@code ONLY_ENV}. Else the first file that exists of {@code
     * $XDG_CONFIG_HOME/roost/condor_config}, {@code /etc/roost/condor_config}, {@code
     * /etc/condor/condor_config}; else the built-in configuration.
     *
     * @param looked receives the places that were looked at
     */
    static RootSource find(ConfigSource source, Map<Path, ConfigFiles.Facts> looked) {
        String named = source.environment().getOrDefault("CONDOR_CONFIG", "").strip();
        if (named.equalsIgnoreCase("ONLY_ENV")) {
            return new OnlyEnvironment();
        }
        if (named.endsWith("|")) {
            return new Command(named.substring(0, named.length() - 1).strip());
        }
        if (!named.isEmpty()) {
            try {
                return new File(source.workingDirectory().resolve(named).normalize());
            } catch (InvalidPathException e) {
                return new Unusable(named);
            }
        }
        for (Path candidate : candidates(source)) {
            ConfigFiles.Facts facts = source.files().facts(candidate);
            looked.put(candidate, facts);
            if (facts.exists()) {
                return new File(candidate);
            }
        }
        return new Personal();
    }

    private static List<Path> candidates(ConfigSource source) {
        String configHome = source.environment().getOrDefault("XDG_CONFIG_HOME", "");
        Path directory =
                configHome.startsWith("/") && configHome.indexOf('\0') < 0
                        ? Path.of(configHome)
                        : source.home().resolve(".config");
        return List.of(
                directory.resolve("roost/condor_config"),
                Path.of("/etc/roost/condor_config"),
                Path.of("/etc/condor/condor_config"));
    }
}
