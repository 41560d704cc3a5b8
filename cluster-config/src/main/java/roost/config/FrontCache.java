// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Remembers, for the native front of the command line, where the node's socket is, so that a
 * command need not read the configuration to find it. Written by whoever has read it: a node at its
 * start, the command line engine in a JVM of its own.
 *
 * <p>The file's name is a hash over what decides which configuration is read; in it stands every
 * file that was looked at. The front trusts it only while all of them look as they did. The format
 * is described in {@code native-bridge/src/main/c/front/cache.c}, which reads it.
 */
public final class FrontCache {
    /** The variables, besides those that begin with _CONDOR_, that decide which files are read. */
    public static final List<String> DECIDING =
            List.of("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "CONDOR_CONFIG");

    private static final Pattern ENVIRONMENT_MACRO = Pattern.compile("\\$ENV\\(([^:)]*)");
    private static final Pattern INODE = Pattern.compile("ino=(\\d+)");
    private static final int FILE_MAX = 1 << 20;
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private FrontCache() {}

    /**
     * Writes the file, if the configuration is one that the same files and variables give again.
     *
     * @param installation what holds bin and lib, as the front finds it
     * @param socket the command line socket of the node that this configuration describes
     * @return the file that was written; empty if there is none to be had or nowhere to write it,
     *     which only makes the next command slower
     */
    public static Optional<Path> write(CondorConfig config, Path installation, Path socket) {
        ConfigSource source = config.source();
        Optional<Path> directory = directory(source.environment());
        if (directory.isEmpty() || source.commandsAllowed()) {
            return Optional.empty();
        }
        try {
            Path file = directory.get().resolve("front-" + hash(source, installation));
            String content = content(config, socket);
            Files.createDirectories(directory.get().getParent());
            if (!Files.isDirectory(directory.get())) {
                Files.createDirectory(
                        directory.get(),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            Path next =
                    Files.createTempFile(
                            directory.get(),
                            "front",
                            ".tmp",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, content);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            return Optional.of(file);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> directory(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        if (cache.startsWith("/")) {
            return Optional.of(Path.of(cache, "roost"));
        }
        return home.startsWith("/") ? Optional.of(Path.of(home, ".cache/roost")) : Optional.empty();
    }

    private static String hash(ConfigSource source, Path installation) throws IOException {
        Map<String, String> environment = source.environment();
        String config = environment.getOrDefault("CONDOR_CONFIG", "");
        long hash = add(FNV_START, installation.toString());
        hash = add(hash, Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        for (String name : DECIDING) {
            hash = add(hash, environment.getOrDefault(name, ""));
        }
        if (!config.isEmpty() && !config.startsWith("/")) {
            hash = add(hash, source.workingDirectory().toString());
        }
        Comparator<String> byBytes = (a, b) -> Arrays.compareUnsigned(bytes(a), bytes(b));
        TreeSet<String> settings = new TreeSet<>(byBytes);
        environment.forEach(
                (name, value) -> {
                    if (name.toUpperCase(Locale.ROOT).startsWith("_CONDOR_")) {
                        settings.add(name + "=" + value);
                    }
                });
        for (String setting : settings) {
            hash = add(hash, setting);
        }
        return text(hash);
    }

    private static String content(CondorConfig config, Path socket) throws IOException {
        StringBuilder out = new StringBuilder("roost front 1\n");
        out.append("socket ").append(socket).append('\n');
        TreeSet<String> variables = new TreeSet<>();
        for (Map.Entry<Path, ConfigFiles.Facts> entry : config.lookedAt().entrySet()) {
            ConfigFiles.Facts facts = entry.getValue();
            if (facts.equals(ConfigFiles.Facts.ABSENT)) {
                out.append("absent ").append(entry.getKey()).append('\n');
                continue;
            }
            Matcher inode = INODE.matcher(facts.key());
            if (!inode.find()) {
                throw new IOException(entry.getKey() + " has no inode");
            }
            Instant modified = facts.modified().toInstant();
            out.append("file ").append(facts.size());
            out.append(' ').append(modified.getEpochSecond());
            out.append(' ').append(modified.getNano());
            out.append(' ').append(inode.group(1));
            out.append(' ').append(entry.getKey()).append('\n');
            addVariables(config.source().files(), entry.getKey(), variables);
        }
        Map<String, String> environment = config.source().environment();
        for (String name : variables) {
            String value = environment.getOrDefault(name, "");
            out.append("variable ").append(text(add(FNV_START, value)));
            out.append(' ').append(name).append('\n');
        }
        return out.append("end\n").toString();
    }

    private static void addVariables(ConfigFiles files, Path path, TreeSet<String> out)
            throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        String text = new String(files.read(path, FILE_MAX), StandardCharsets.ISO_8859_1);
        Matcher macro = ENVIRONMENT_MACRO.matcher(text);
        while (macro.find()) {
            out.add(macro.group(1).strip());
        }
    }

    /** FNV-1a over the bytes and a NUL. */
    private static long add(long hash, String text) {
        long sum = hash;
        for (byte b : bytes(text)) {
            sum = (sum ^ Byte.toUnsignedInt(b)) * FNV_PRIME;
        }
        return sum * FNV_PRIME;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(long hash) {
        return String.format(Locale.ROOT, "%016x", hash);
    }
}
