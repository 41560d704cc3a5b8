// SPDX-License-Identifier: Apache-2.0
package roost.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import roost.config.CondorConfig;
import roost.config.ConfigFiles;
import roost.config.ConfigSource;

/**
 * The configuration as the user of a command sees it: with the user's environment, home and working
 * directory, and files opened by the user's own process.
 */
public final class CallerConfig {
    private static final int NO_SUCH_FILE = 2;

    private CallerConfig() {}

    /**
     * Reads it. Commands in it ({@code include command}) are refused: they would run as whoever
     * runs the engine, which may be a node.
     */
    public static CondorConfig load(CommandHost host) {
        ConfigSource process = ConfigSource.ofProcess();
        String user = host.userName().orElse(process.userName());
        return CondorConfig.load(
                process.withCaller(
                                new ConfigSource.Caller(
                                        host.environment(),
                                        user,
                                        home(host, process),
                                        host.workingDirectory(),
                                        process.caller().pid()))
                        .withCommandsAllowed(false)
                        .withFiles(new HostFiles(host)));
    }

    private static Path home(CommandHost host, ConfigSource process) {
        String home = host.environment().getOrDefault("HOME", "");
        return home.startsWith("/") ? Path.of(home) : process.home();
    }

    /** Files through a command's host. Changes cannot be noticed this way, nor need they be. */
    private record HostFiles(CommandHost host) implements ConfigFiles {

        @Override
        public byte[] read(Path file, int limit) throws IOException {
            try (InputStream in = host.read(file.toString())) {
                byte[] bytes = in.readNBytes(limit + 1);
                if (bytes.length > limit) {
                    throw new IOException("is longer than " + limit + " bytes");
                }
                return bytes;
            } catch (CommandHost.FileAccessException e) {
                if (e.errno() == NO_SUCH_FILE) {
                    throw new NoSuchFileException(file.toString());
                }
                throw e;
            }
        }

        @Override
        public List<String> list(Path directory, int limit) throws IOException {
            List<String> names = host.list(directory.toString());
            if (names.size() > limit) {
                throw new IOException("holds more than " + limit + " entries");
            }
            return names;
        }

        @Override
        public void write(Path file, byte[] content) throws IOException {
            try (OutputStream out = host.write(file.toString())) {
                out.write(content);
            }
        }

        @Override
        public Facts facts(Path path) {
            try {
                CommandHost.FileFacts facts = host.facts(path.toString());
                return facts.exists()
                        ? new Facts(facts.size(), FileTime.fromMillis(0), "")
                        : Facts.ABSENT;
            } catch (IOException e) {
                return Facts.ABSENT;
            }
        }
    }
}
