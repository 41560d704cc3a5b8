// SPDX-License-Identifier: Apache-2.0
package roost.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.capture.HostFacts;
import roost.capture.ImageException;
import roost.capture.ImageHeader;
import roost.capture.ImageReader;
import roost.capture.ImageVerifier;
import roost.capture.MappedFile;
import roost.journal.FailPoint;
import roost.posix.Accounts;
import roost.posix.OwnedTree;
import roost.posix.PinnedFile;
import roost.posix.Posix;
import roost.starter.ExitRecord;

/**
 * The images of one job. Blocks on the disk. Obtained from {@link ImageStore}.
 *
 * <pre>
 * live         what the program writes and is restarted from; each new image takes the old one's place
 * live.tmp     an image that is being written, or never was finished
 * image.N      generation N: the same file as live was when the image was adopted
 * next.tmp     a name that a step died with
 * </pre>
 *
 * <p>Every step can be interrupted at any point and done again. The directory is the job's owner's,
 * who may put anything there at any time, while the node may be root: names are looked up once and
 * links are not followed, what is no plain file of the owner's is not used, and nothing is written
 * but names in this directory.
 */
public final class JobImages {
    private static final Logger LOG = LoggerFactory.getLogger(JobImages.class);
    private static final Pattern GENERATION = Pattern.compile("image\\.([1-9][0-9]{0,8})");
    private static final String LIVE = "live";
    private static final String UNFINISHED = "live.tmp";
    private static final String STEP = "next.tmp";

    private final Path directory;
    private final Verified verified;

    JobImages(Path directory, Verified verified) {
        this.directory = directory.toAbsolutePath();
        this.verified = verified;
    }

    /**
     * What is known of an image besides what it says itself.
     *
     * @param reason why it was taken, for people
     * @param took from the request until it was durable; zero if nobody asked
     * @param engine name of the engine that made it
     */
    public record Origin(String reason, Duration took, String engine) {}

    /** An image that cannot be used, and why. */
    public record Damaged(int generation, String why) {}

    /**
     * What a job can go on from.
     *
     * @param image the newest whole one; empty if there is none
     * @param damaged newer ones that were passed over, newest first
     */
    public record Choice(Optional<ImageRecord> image, List<Damaged> damaged) {
        public Choice {
            damaged = List.copyOf(damaged);
        }
    }

    public Path directory() {
        return directory;
    }

    /** The file that the program writes and is restarted from. */
    public Path live() {
        return directory.resolve(LIVE);
    }

    /** The file of one generation. */
    public Path generation(int number) {
        return directory.resolve("image." + number);
    }

    /**
     * The file that is locked as long as a run of the job lives, on whatever node. It is beside the
     * directory, where only the node can write.
     */
    public Path lock() {
        return directory.resolveSibling(directory.getFileName() + ".lock");
    }

    /**
     * Makes the directory and the lock file, if they are not there.
     *
     * @param owner whom the images are to belong to; empty means the node's own account
     * @throws IOException if it cannot be had, or is not the owner's
     */
    public void prepare(Optional<Accounts.Account> owner) throws IOException {
        // Another job's end may remove the directories above in the same moment.
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectories(directory.getParent());
                makeLock();
                makeDirectory(owner);
                return;
            } catch (NoSuchFileException e) {
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    private void makeLock() throws IOException {
        try {
            Files.createFile(lock(), permissions("rw-------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(lock(), LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(lock() + " is not a file", e);
            }
        }
    }

    private void makeDirectory(Optional<Accounts.Account> owner) throws IOException {
        try {
            Files.createDirectory(directory, permissions("rwx------"));
            FailPoint.hit("image.prepare.made");
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotDirectoryException(directory.toString());
            }
        }
        int wanted = owner.map(Accounts.Account::uid).orElseGet(Posix::effectiveUserId);
        int found = owner();
        if (found == wanted) {
            return;
        }
        if (found != Posix.effectiveUserId() || !isEmpty()) {
            throw new IOException(
                    directory + " belongs to user " + found + " and not to the job's owner");
        }
        Posix.giveTo(directory, wanted, owner.orElseThrow().gid());
    }

    private static FileAttribute<?> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    private boolean isEmpty() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    private int owner() throws IOException {
        return (int) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** The generations that there are files of, lowest first. */
    public List<Integer> generations() throws IOException {
        return List.copyOf(files().keySet());
    }

    private TreeMap<Integer, Path> files() throws IOException {
        TreeMap<Integer, Path> found = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher name = GENERATION.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    found.put(Integer.parseInt(name.group(1)), entry);
                }
            }
        } catch (NoSuchFileException e) {
            return found; // a job that never had an image
        }
        return found;
    }

    /**
     * Makes a generation of the newest image that the program wrote.
     *
     * @param next the lowest number that the job's journal does not know; the image gets it, or a
     *     higher one if there is a file with it already
     * @return what is to be journaled; empty if there is no image, or the journal knows the newest
     *     one. An image whose adoption never got as far as the journal is found again here.
     * @throws ImageException if the newest image cannot be used
     */
    public Optional<ImageRecord> adopt(int next, Origin origin) throws IOException {
        Path step = directory.resolve(STEP);
        Files.deleteIfExists(step);
        try {
            Files.createLink(step, live());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        FailPoint.hit("image.adopt.linked");
        try (PinnedFile image = pinned(step)) {
            TreeMap<Integer, Path> files = files();
            Optional<Integer> already = generationOf(image, files);
            if (already.isPresent()) {
                Files.delete(step);
                return already.get() < next
                        ? Optional.empty()
                        : Optional.of(record(already.get(), image, origin));
            }
            int number = files.isEmpty() ? next : Math.max(next, files.lastKey() + 1);
            ImageRecord record = record(number, image, origin);
            Files.move(step, generation(number), StandardCopyOption.ATOMIC_MOVE);
            FailPoint.hit("image.adopt.named");
            sync();
            FailPoint.hit("image.adopt.synced");
            verified.add(image);
            return Optional.of(record);
        } catch (ImageException e) {
            Files.deleteIfExists(step);
            throw e;
        }
    }

    private static Optional<Integer> generationOf(PinnedFile image, Map<Integer, Path> files)
            throws IOException {
        for (Map.Entry<Integer, Path> file : files.entrySet()) {
            try (PinnedFile other = PinnedFile.open(file.getValue())) {
                if (other.isSameAs(image)) {
                    return Optional.of(file.getKey());
                }
            } catch (NoSuchFileException pruned) {
                continue;
            }
        }
        return Optional.empty();
    }

    /** A plain file of the directory's owner; everything else is not believed to be an image. */
    private PinnedFile pinned(Path path) throws IOException {
        PinnedFile file = PinnedFile.open(path);
        if (file.isFile() && file.owner() == owner()) {
            return file;
        }
        file.close();
        throw ImageException.foreign(path.getFileName() + " is not a file of the job's owner");
    }

    private static ImageRecord record(int number, PinnedFile image, Origin origin)
            throws IOException {
        try (ImageReader reader = ImageReader.open(image.path())) {
            ImageHeader header = reader.header();
            if (!reader.links().isEmpty()) {
                throw ImageException.foreign(
                        "it is incremental, and the files that it needs are not kept");
            }
            return new ImageRecord(
                    number,
                    header.created().toEpochMilli(),
                    header.fileBytes(),
                    header.digest(),
                    header.host(),
                    header.program(),
                    digestOf(header.program(), reader.mappedFiles()),
                    header.pause().toNanos() / 1000,
                    origin.took().toMillis(),
                    origin.reason(),
                    origin.engine());
        }
    }

    private static String digestOf(String program, List<MappedFile> files) {
        return files.stream()
                .filter(file -> file.path().equals(program))
                .map(MappedFile::digest)
                .findFirst()
                .orElse("");
    }

    /**
     * Finds the newest whole image. Each is read from end to end, unless this node saw it written
     * or has read it before.
     *
     * @param known what the job's journal says. An image that it does not know is used, too, when
     *     it is whole; the journal should then be told.
     */
    public Choice choose(List<ImageRecord> known) throws IOException {
        Map<Integer, ImageRecord> records =
                known.stream()
                        .collect(Collectors.toMap(ImageRecord::generation, Function.identity()));
        TreeMap<Integer, Path> files = files();
        List<Damaged> damaged = new ArrayList<>();
        Set<Integer> numbers = new TreeSet<>(Comparator.reverseOrder());
        numbers.addAll(files.keySet());
        numbers.addAll(records.keySet());
        for (int number : numbers) {
            try (PinnedFile image = pinned(generation(number))) {
                return new Choice(
                        Optional.of(check(number, image, Optional.ofNullable(records.get(number)))),
                        damaged);
            } catch (ImageException | NoSuchFileException e) {
                damaged.add(
                        new Damaged(
                                number,
                                e instanceof ImageException ? e.getMessage() : "it is gone"));
            }
        }
        return new Choice(Optional.empty(), damaged);
    }

    private ImageRecord check(int number, PinnedFile image, Optional<ImageRecord> known)
            throws IOException {
        ImageRecord found =
                record(number, image, new Origin("found by the node", Duration.ZERO, "library"));
        if (known.isPresent() && !known.get().digest().equals(found.digest())) {
            throw ImageException.foreign("it is not the image that was taken");
        }
        if (!verified.has(image)) {
            ImageVerifier.verify(image.path());
            verified.add(image);
        }
        return known.orElse(found);
    }

    /**
     * What keeps an image from being restarted on a machine, a sentence each; none if nothing does.
     * The files that it needs are looked at only for a machine that fits.
     *
     * @param there the machine; it sees the same files as this one
     */
    public List<String> obstacles(ImageRecord image, HostFacts there) throws IOException {
        List<String> found = new ArrayList<>(there.obstaclesFor(image.host()));
        if (!found.isEmpty()) {
            return found;
        }
        try (PinnedFile file = pinned(generation(image.generation()));
                ImageReader reader = ImageReader.open(file.path())) {
            for (MappedFile mapped : reader.mappedFiles()) {
                mapped.obstacle().ifPresent(found::add);
            }
        }
        return found;
    }

    /** Makes a generation the image that the program is restarted from. */
    public void makeLive(int generation) throws IOException {
        Path step = directory.resolve(STEP);
        Files.deleteIfExists(directory.resolve(UNFINISHED));
        Files.deleteIfExists(step);
        Files.createLink(step, generation(generation));
        FailPoint.hit("image.live.linked");
        Files.move(step, live(), StandardCopyOption.ATOMIC_MOVE);
        // Renaming one name of a file to another of the same file does nothing.
        Files.deleteIfExists(step);
        FailPoint.hit("image.live.named");
        sync();
    }

    /**
     * Deletes the generations that are not kept. What is newer than all that are kept stays: the
     * journal does not know it yet.
     *
     * @param kept from {@link Retention}
     */
    public void prune(List<ImageRecord> kept) throws IOException {
        Set<Integer> stay = kept.stream().map(ImageRecord::generation).collect(Collectors.toSet());
        int newest = stay.stream().max(Comparator.naturalOrder()).orElse(0);
        for (Map.Entry<Integer, Path> file : files().entrySet()) {
            if (file.getKey() < newest && !stay.contains(file.getKey())) {
                Files.deleteIfExists(file.getValue());
                FailPoint.hit("image.prune.deleted");
            }
        }
    }

    /**
     * Removes everything of the job.
     *
     * @return whether there was anything
     */
    public boolean remove() throws IOException {
        boolean some = false;
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            OwnedTree.empty(directory, () -> FailPoint.hit("image.remove.deleted"));
            some = Files.deleteIfExists(directory);
        }
        FailPoint.hit("image.remove.emptied");
        some |= Files.deleteIfExists(lock());
        FailPoint.hit("image.remove.unlocked");
        for (Path above : List.of(directory.getParent(), directory.getParent().getParent())) {
            try {
                Files.deleteIfExists(above);
            } catch (DirectoryNotEmptyException others) {
                break;
            }
        }
        return some;
    }

    /**
     * Whether a run of the job may live somewhere: true as long as a starter of any node that
     * shares this directory holds the lock.
     */
    public boolean mayRun() throws IOException {
        try (FileChannel file =
                        FileChannel.open(
                                lock(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock free = file.tryLock()) {
            return free == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * How the last run that held the lock ended, which it says before it gives the lock back; empty
     * if there was none, or its starter died with it. Only while {@link #mayRun} is false.
     */
    public Optional<ExitRecord> lastEnd() {
        try {
            return ExitRecord.readFile(lock());
        } catch (IOException e) {
            LOG.warn("the end of the last run is not known: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private void sync() throws IOException {
        try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
            self.force(true);
        }
    }
}
