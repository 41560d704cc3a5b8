// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Everything outside the configuration that decides what the configuration is: who asks, in which
 * environment, on which machine. Nothing in this package looks at the process's own environment
 * behind this record's back, so the engine can load a caller's configuration inside a node.
 *
 * @param caller who asks
 * @param subsystem HTCondor's name for what asks: {@code TOOL}, {@code STARTD}, {@code SCHEDD},
 *     ...; values written {@code STARTD.NAME} hold for it only
 * @param localName as subsystem, for one of several of the same kind; empty for none
 * @param commandsAllowed whether {@code include command} and file names ending in {@code |} may run
 *     programs
 * @param seed what {@code $RANDOM_CHOICE} and {@code $RANDOM_INTEGER} are drawn from; the same seed
 *     gives the same configuration
 * @param files how files are reached
 * @param host facts about this machine
 */
public record ConfigSource(
        Caller caller,
        String subsystem,
        String localName,
        boolean commandsAllowed,
        long seed,
        ConfigFiles files,
        HostFacts host) {

    /**
     * Whoever asks.
     *
     * @param environment environment variables
     * @param userName the account
     * @param home the home directory
     * @param workingDirectory what a relative {@code CONDOR_CONFIG} is relative to
     * @param pid the process, for {@code $(PID)}; 0 for this one
     */
    public record Caller(
            Map<String, String> environment,
            String userName,
            Path home,
            Path workingDirectory,
            long pid) {

        public Caller {
            // Sorted, so that the same environment always gives the same configuration.
            environment = Collections.unmodifiableMap(new TreeMap<>(environment));
            Objects.requireNonNull(userName);
            Objects.requireNonNull(home);
            Objects.requireNonNull(workingDirectory);
        }

        Caller with(Map<String, String> other) {
            String newHome = other.getOrDefault("HOME", "");
            Path path = newHome.startsWith("/") ? Path.of(newHome) : home;
            return new Caller(other, userName, path, workingDirectory, pid);
        }
    }

    public ConfigSource {
        Objects.requireNonNull(caller);
        subsystem = subsystem.toUpperCase(Locale.ROOT);
        Objects.requireNonNull(localName);
        Objects.requireNonNull(files);
        Objects.requireNonNull(host);
    }

    /**
     * This process as it is: its environment, user, directories and machine. Commands may run only
     * if the variable {@code ROOST_CONFIG_COMMANDS} is {@code true}.
     */
    public static ConfigSource ofProcess() {
        Caller caller =
                new Caller(
                        Map.of(),
                        System.getProperty("user.name"),
                        Path.of(System.getProperty("user.home")),
                        Path.of("").toAbsolutePath(),
                        0);
        boolean commands = "true".equalsIgnoreCase(System.getenv("ROOST_CONFIG_COMMANDS"));
        long seed = System.nanoTime();
        return new ConfigSource(
                caller.with(ProcessEnvironment.get()),
                "TOOL",
                "",
                commands,
                seed,
                ConfigFiles.LOCAL,
                HostFacts.detected());
    }

    /** The same for somebody else. */
    public ConfigSource withCaller(Caller other) {
        return new ConfigSource(other, subsystem, localName, commandsAllowed, seed, files, host);
    }

    /** The same for another environment; {@code HOME} in it, if set, is the home directory. */
    public ConfigSource withEnvironment(Map<String, String> environment) {
        return withCaller(caller.with(environment));
    }

    /** The same, with programs allowed to run or not. */
    public ConfigSource withCommandsAllowed(boolean allowed) {
        return new ConfigSource(caller, subsystem, localName, allowed, seed, files, host);
    }

    /** The same, with random macros drawn from another seed. */
    public ConfigSource withSeed(long other) {
        return new ConfigSource(caller, subsystem, localName, commandsAllowed, other, files, host);
    }

    /** The same, reaching files another way. */
    public ConfigSource withFiles(ConfigFiles other) {
        return new ConfigSource(caller, subsystem, localName, commandsAllowed, seed, other, host);
    }

    /** The caller's environment variables. */
    public Map<String, String> environment() {
        return caller.environment();
    }

    /** The caller's account. */
    public String userName() {
        return caller.userName();
    }

    /** The caller's home directory. */
    public Path home() {
        return caller.home();
    }

    /** The caller's working directory. */
    public Path workingDirectory() {
        return caller.workingDirectory();
    }
}
