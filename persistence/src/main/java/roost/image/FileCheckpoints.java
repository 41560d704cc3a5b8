// SPDX-License-Identifier: Apache-2.0
package roost.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import roost.journal.FailPoint;
import roost.posix.Accounts;
import roost.posix.DiskTrouble;
import roost.posix.FileRights;
import roost.posix.OwnedTree;

/**
 * The checkpoints of a job that checkpoints itself: copies of the files that it names, and how long
 * its output was at the time. All file work is done with the rights of the job's owner. Blocks on
 * the disk.
 *
 * <pre>
 * files.NNNN/MANIFEST   lines of "file DIGEST MODE PATH" and "output LENGTH PATH", then "end DIGEST"
 * files.NNNN/0, 1, ...  the files, in the manifest's order
 * files.tmp/            one that is being made
 * </pre>
 *
 * A checkpoint is complete when it has its number: everything in it is synced before. The one
 * before is kept as well; if the newest turns out to be damaged it takes its place. Source of the
 * numbers and of what is kept: HTCondor manual 23, "Self-Checkpointing Applications", and
 * DEFAULT_NUM_EXTRA_CHECKPOINTS.
 */
public final class FileCheckpoints {
    private static final Pattern NAME = Pattern.compile("files\\.([0-9]{4,9})");
    private static final String STEP = "files.tmp";
    private static final String MANIFEST = "MANIFEST";
    private static final int KEPT = 2;
    private static final int FILES_MAX = 100_000;

    /** A checkpoint that was made; {@code bytes} of files are in it. */
    public record Saved(int number, long bytes) {}

    /**
     * What a job goes on from.
     *
     * @param number of the checkpoint; empty if there is none that can be used
     * @param damaged newer ones that were passed over, a sentence each
     */
    public record Restored(Optional<Integer> number, List<String> damaged) {}

    private record Kept(String digest, Set<PosixFilePermission> mode, String path) {}

    private record Manifest(List<Kept> files, List<String> outputs) {}

    private final Path directory;
    private final Optional<Accounts.Account> owner;

    /**
     * @param directory the job's directory in the store; must exist for {@link #save}
     * @param owner whose files these are; empty means the node's own account's
     */
    public FileCheckpoints(Path directory, Optional<Accounts.Account> owner) {
        this.directory = directory;
        this.owner = owner;
    }

    /**
     * Makes a checkpoint.
     *
     * @param next the lowest number it may have
     * @param from the directory that the names are relative to
     * @param names files, and directories with all that is in them
     * @param outputs files that the job only appends to; only their length is noted
     * @throws IOException if it could not be made; the ones before are as they were
     */
    public Saved save(int next, Path from, List<String> names, List<Path> outputs)
            throws IOException {
        return as(() -> saveAsOwner(next, from, names, outputs));
    }

    private Saved saveAsOwner(int next, Path from, List<String> names, List<Path> outputs)
            throws IOException {
        Path step = directory.resolve(STEP);
        OwnedTree.remove(step);
        Files.createDirectory(step);
        StringBuilder manifest = new StringBuilder();
        long bytes = 0;
        int count = 0;
        for (Path file : named(from, names)) {
            Path copy = step.resolve(Integer.toString(count++));
            String digest = copy(file, copy);
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            manifest.append("file ").append(digest).append(' ').append(mode).append(' ');
            manifest.append(from.relativize(file)).append('\n');
            bytes += Files.size(copy);
        }
        for (Path output : outputs) {
            if (Files.isRegularFile(output)) {
                manifest.append("output ").append(Files.size(output)).append(' ');
                manifest.append(output).append('\n');
            }
        }
        String end = "end " + digest(manifest.toString()) + "\n";
        write(step.resolve(MANIFEST), manifest + end);
        sync(step);
        FailPoint.hit("checkpoint.files.synced");
        TreeMap<Integer, Path> before = found();
        int number = before.isEmpty() ? next : Math.max(next, before.lastKey() + 1);
        Files.move(
                step,
                directory.resolve(String.format("files.%04d", number)),
                StandardCopyOption.ATOMIC_MOVE);
        FailPoint.hit("checkpoint.files.named");
        sync(directory);
        prune();
        return new Saved(number, bytes);
    }

    private static List<Path> named(Path from, List<String> names) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path path = from.resolve(name).normalize();
            if (!path.startsWith(from) || path.equals(from)) {
                throw new IOException(name + " is not in the job's directory " + from);
            }
            try (Stream<Path> below = Files.walk(path)) {
                below.filter(Files::isRegularFile).limit(FILES_MAX + 1L).forEach(files::add);
            }
        }
        if (files.size() > FILES_MAX) {
            throw new IOException("more than " + FILES_MAX + " files to keep");
        }
        for (Path file : files) {
            if (file.toString().indexOf('\n') >= 0) {
                throw new IOException("a name with a line break cannot be kept: " + file);
            }
        }
        return files;
    }

    /**
     * Puts the files of the newest whole checkpoint back, and cuts output back to the length it had
     * then.
     *
     * @param to the directory that names are relative to
     * @throws IOException if there is a whole one and its files could not be put back
     */
    public Restored restore(Path to) throws IOException {
        return as(() -> restoreAsOwner(to));
    }

    private Restored restoreAsOwner(Path to) throws IOException {
        List<String> damaged = new ArrayList<>();
        for (var checkpoint : found().descendingMap().entrySet()) {
            Path files = checkpoint.getValue();
            Manifest manifest;
            try {
                manifest = read(files);
                verify(files, manifest);
            } catch (IOException e) {
                damaged.add("checkpoint " + checkpoint.getKey() + ": " + DiskTrouble.text(e));
                continue;
            }
            for (int i = 0; i < manifest.files().size(); i++) {
                putBack(files.resolve(Integer.toString(i)), manifest.files().get(i), to);
            }
            for (String output : manifest.outputs()) {
                int blank = output.indexOf(' ');
                cutBack(
                        Path.of(output.substring(blank + 1)),
                        Long.parseLong(output.substring(0, blank)));
            }
            return new Restored(Optional.of(checkpoint.getKey()), damaged);
        }
        return new Restored(Optional.empty(), damaged);
    }

    private static void putBack(Path copy, Kept kept, Path to) throws IOException {
        Path target = to.resolve(kept.path()).normalize();
        if (!target.startsWith(to)) {
            throw new IOException(kept.path() + " is not in the job's directory " + to);
        }
        Files.createDirectories(target.getParent());
        Path step = target.resolveSibling("." + target.getFileName() + ".restored");
        Files.copy(copy, step, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(step, kept.mode());
        Files.move(step, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void cutBack(Path output, long length) throws IOException {
        if (Files.isRegularFile(output) && Files.size(output) > length) {
            try (FileChannel file = FileChannel.open(output, StandardOpenOption.WRITE)) {
                file.truncate(length);
            }
        }
    }

    private static Manifest read(Path files) throws IOException {
        String text = Files.readString(files.resolve(MANIFEST), StandardCharsets.UTF_8);
        int end = text.lastIndexOf("end ");
        if (end < 0
                || !text.substring(end).equals("end " + digest(text.substring(0, end)) + "\n")) {
            throw new IOException("its manifest is damaged");
        }
        List<Kept> kept = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (String line : text.substring(0, end).split("\n")) {
            String[] words = line.split(" ", 4);
            if (words[0].equals("file")) {
                kept.add(new Kept(words[1], PosixFilePermissions.fromString(words[2]), words[3]));
            } else if (words[0].equals("output")) {
                outputs.add(line.substring("output ".length()));
            }
        }
        return new Manifest(kept, outputs);
    }

    private static void verify(Path files, Manifest manifest) throws IOException {
        for (int i = 0; i < manifest.files().size(); i++) {
            Kept kept = manifest.files().get(i);
            Path copy = files.resolve(Integer.toString(i));
            MessageDigest sum = sha256();
            try (InputStream in = Files.newInputStream(copy, LinkOption.NOFOLLOW_LINKS)) {
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sum.update(buffer, 0, n);
                }
            } catch (NoSuchFileException e) {
                throw new IOException(kept.path() + " is missing in it", e);
            }
            if (!HexFormat.of().formatHex(sum.digest()).equals(kept.digest())) {
                throw new IOException(kept.path() + " is damaged in it");
            }
        }
    }

    private TreeMap<Integer, Path> found() throws IOException {
        TreeMap<Integer, Path> found = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher name = NAME.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    found.put(Integer.parseInt(name.group(1)), entry);
                }
            }
        } catch (NoSuchFileException e) {
            return found; // a job that never made one
        }
        return found;
    }

    private void prune() throws IOException {
        TreeMap<Integer, Path> all = found();
        while (all.size() > KEPT) {
            OwnedTree.remove(all.pollFirstEntry().getValue());
            FailPoint.hit("checkpoint.files.pruned");
        }
    }

    /**
     * Copies and syncs; says what was copied, so that a file that changes meanwhile is no matter.
     */
    private static String copy(Path from, Path to) throws IOException {
        MessageDigest sum = sha256();
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = created(to)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (in.read(buffer.clear()) >= 0) {
                sum.update(buffer.flip().duplicate());
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        return HexFormat.of().formatHex(sum.digest());
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel out = created(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    private static FileChannel created(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
            self.force(true);
        }
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private <T> T as(FileRights.Work<T> work) throws IOException {
        return owner.isPresent() ? FileRights.as(owner.get(), work) : work.run();
    }
}
