// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Everything outside the configuration that decides what the configuration is: who asks, in which
 * environment, on which machine. Nothing in this package looks at the process's own environment
 * behind this record's back, so the engine can load a caller's configuration inside a node.
 *
 * @param environment the caller's environment variables
 * @param userName the caller's account
 * @param home the caller's home directory
 * @param workingDirectory what a relative {@code CONDOR_CONFIG} is relative to
 * @param pid the process that asks, for {@code $(PID)}
 * @param subsystem HTCondor's name for who asks: {@code TOOL}, {@code STARTD}, {@code SCHEDD}, ...;
 *     values written {@code STARTD.NAME} hold for it only
 * @param localName as subsystem, for one of several of the same kind; empty for none
 * @param commandsAllowed whether {@code include command} and values ending in {@code |} may run
 *     programs; off unless the administrator switched it on
 * @param seed what {@code $RANDOM_CHOICE} and {@code $RANDOM_INTEGER} are drawn from; the same seed
 *     gives the same configuration
 * @param files how files are reached
 * @param host facts about this machine
 */
public record ConfigSource(
        Map<String, String> environment,
        String userName,
        Path home,
        Path workingDirectory,
        long pid,
        String subsystem,
        String localName,
        boolean commandsAllowed,
        long seed,
        ConfigFiles files,
        HostFacts host) {

    public ConfigSource {
        // Sorted, so that the same environment always gives the same configuration.
        environment = java.util.Collections.unmodifiableMap(new TreeMap<>(environment));
        Objects.requireNonNull(userName);
        Objects.requireNonNull(home);
        Objects.requireNonNull(workingDirectory);
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
        ProcessHandle self = ProcessHandle.current();
        return new ConfigSource(
                System.getenv(),
                System.getProperty("user.name"),
                Path.of(System.getProperty("user.home")),
                Path.of("").toAbsolutePath(),
                self.pid(),
                "TOOL",
                "",
                "true".equalsIgnoreCase(System.getenv("ROOST_CONFIG_COMMANDS")),
                System.nanoTime() ^ self.pid(),
                ConfigFiles.LOCAL,
                HostFacts.detected());
    }

    /** The same for another environment; {@code HOME} in it, if set, becomes the home directory. */
    public ConfigSource withEnvironment(Map<String, String> other) {
        String newHome = other.get("HOME");
        return new ConfigSource(
                other,
                userName,
                newHome == null || newHome.isEmpty() ? home : Path.of(newHome),
                workingDirectory,
                pid,
                subsystem,
                localName,
                commandsAllowed,
                seed,
                files,
                host);
    }

    /** The same for another caller. */
    public ConfigSource withUser(String user, Path userHome, Path directory) {
        return new ConfigSource(
                environment,
                user,
                userHome,
                directory,
                pid,
                subsystem,
                localName,
                commandsAllowed,
                seed,
                files,
                host);
    }

    /** The same, asking as another subsystem and local name. */
    public ConfigSource asSubsystem(String newSubsystem, String newLocalName) {
        return new ConfigSource(
                environment,
                userName,
                home,
                workingDirectory,
                pid,
                newSubsystem,
                newLocalName,
                commandsAllowed,
                seed,
                files,
                host);
    }

    /** The same, with {@code include command} allowed or not. */
    public ConfigSource withCommandsAllowed(boolean allowed) {
        return new ConfigSource(
                environment,
                userName,
                home,
                workingDirectory,
                pid,
                subsystem,
                localName,
                allowed,
                seed,
                files,
                host);
    }

    /** The same, with random macros drawn from {@code newSeed}. */
    public ConfigSource withSeed(long newSeed) {
        return new ConfigSource(
                environment,
                userName,
                home,
                workingDirectory,
                pid,
                subsystem,
                localName,
                commandsAllowed,
                newSeed,
                files,
                host);
    }

    /** The same, reaching files another way. */
    public ConfigSource withFiles(ConfigFiles newFiles) {
        return new ConfigSource(
                environment,
                userName,
                home,
                workingDirectory,
                pid,
                subsystem,
                localName,
                commandsAllowed,
                seed,
                newFiles,
                host);
    }
}
