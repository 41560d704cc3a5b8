// SPDX-License-Identifier: Apache-2.0
package roost.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.capture.ImageReader;
import roost.capture.OpenFile;
import roost.posix.Accounts;
import roost.posix.FileRights;
import roost.posix.PinnedFile;

/**
 * The files that a job had open for writing at its checkpoint, and what has to be done to them
 * before it goes on from there: what was written after the checkpoint would come a second time.
 *
 * <p>Every such file is cut back to its length at the checkpoint; the program finds its offset
 * where it was. What cannot be told from the lost run's own doing by length, inode and date is not
 * noticed; what can be told is a problem for the job's owner, because either way somebody's data
 * would be lost. Changes within the length at the checkpoint are not undone.
 *
 * <p>All looking and cutting is done with the rights of the job's owner.
 */
public final class Outputs {
    private Outputs() {}

    /**
     * A file as it was at some moment.
     *
     * @param path absolute
     * @param inode number of the file on its device
     * @param size in bytes
     * @param modifiedNanos when it was last changed, nanoseconds since 1970
     */
    public record FileNote(String path, long inode, long size, long modifiedNanos) {}

    /** A file that is to be cut to a length. */
    public record Cut(String path, long inode, long size) {}

    /**
     * What is to be done before a restart.
     *
     * @param cuts none if nothing was written after the checkpoint
     * @param problems why the job must not be restarted, a sentence each that names the file and
     *     says what its owner can do; none if it may be
     */
    public record Rollback(List<Cut> cuts, List<String> problems) {
        public Rollback {
            cuts = List.copyOf(cuts);
            problems = List.copyOf(problems);
        }
    }

    /** The files that a program could write to, each once. */
    public static List<OpenFile> written(Path image) throws IOException {
        try (ImageReader reader = ImageReader.open(image)) {
            Map<String, OpenFile> files = new LinkedHashMap<>();
            for (OpenFile file : reader.openFiles()) {
                if (file.isNamedFile() && file.writable()) {
                    files.putIfAbsent(file.path(), file);
                }
            }
            return List.copyOf(files.values());
        }
    }

    /**
     * How files are now. Done when a run has ended, so that a change after that shows.
     *
     * @param owner whose rights are used; empty means the node's own
     * @return without those that are not there, or are no plain files
     */
    public static List<FileNote> notes(List<OpenFile> files, Optional<Accounts.Account> owner)
            throws IOException {
        return as(
                owner,
                () -> {
                    List<FileNote> notes = new ArrayList<>();
                    for (OpenFile file : files) {
                        note(file.path()).ifPresent(notes::add);
                    }
                    return notes;
                });
    }

    private static Optional<FileNote> note(String path) throws IOException {
        try (PinnedFile file = PinnedFile.follow(Path.of(path))) {
            return file.isFile()
                    ? Optional.of(
                            new FileNote(path, file.inode(), file.size(), file.modifiedNanos()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Works out what has to be done. Pure.
     *
     * @param files what the image says that was open for writing
     * @param now how those files are now; one that is missing is gone
     * @param lastEnd how they were when the last run ended; empty if nobody saw that, because node
     *     or machine died. An attempt to restart that came to nothing is no run.
     */
    public static Rollback plan(List<OpenFile> files, List<FileNote> now, List<FileNote> lastEnd) {
        Map<String, FileNote> present = byPath(now);
        Map<String, FileNote> before = byPath(lastEnd);
        List<Cut> cuts = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (OpenFile file : files) {
            Optional<FileNote> found = Optional.ofNullable(present.get(file.path()));
            Optional<String> problem =
                    problem(file, found, Optional.ofNullable(before.get(file.path())));
            if (problem.isPresent()) {
                problems.add(problem.get());
            } else if (found.orElseThrow().size() > file.size()) {
                cuts.add(new Cut(file.path(), file.inode(), file.size()));
            }
        }
        return new Rollback(cuts, problems);
    }

    private static Map<String, FileNote> byPath(List<FileNote> notes) {
        Map<String, FileNote> map = new LinkedHashMap<>();
        notes.forEach(note -> map.put(note.path(), note));
        return map;
    }

    private static Optional<String> problem(
            OpenFile file, Optional<FileNote> found, Optional<FileNote> atEnd) {
        if (found.isEmpty()) {
            return said(file, "is gone; put it back");
        }
        FileNote now = found.get();
        if (now.inode() != file.inode()) {
            return said(file, "was replaced by another file; put the old one back");
        }
        if (now.size() < file.size()) {
            return said(
                    file,
                    "has only "
                            + now.size()
                            + " bytes of the "
                            + file.size()
                            + " it had at the checkpoint; restore it");
        }
        if (atEnd.isEmpty() || now.equals(atEnd.get())) {
            return Optional.empty();
        }
        // An earlier attempt may have cut it already and then not have come to a start.
        boolean cutAlready = atEnd.get().size() > file.size() && now.size() == file.size();
        return cutAlready
                ? Optional.empty()
                : said(file, "was changed by somebody else since the job last ran; restore it");
    }

    private static Optional<String> said(OpenFile file, String what) {
        return Optional.of(
                file.path()
                        + ", which the job was writing, "
                        + what
                        + " and release the job, or remove the job and submit it again");
    }

    /**
     * Cuts the files, durably. Can be done again.
     *
     * @throws IOException if one cannot be cut, or is another file by now
     */
    public static void apply(Rollback rollback, Optional<Accounts.Account> owner)
            throws IOException {
        as(
                owner,
                () -> {
                    for (Cut cut : rollback.cuts()) {
                        apply(cut);
                    }
                    return null;
                });
    }

    private static void apply(Cut cut) throws IOException {
        try (PinnedFile file = PinnedFile.follow(Path.of(cut.path()))) {
            if (!file.isFile() || file.inode() != cut.inode()) {
                throw new IOException(cut.path() + " was replaced while the job was restarted");
            }
            try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
                channel.truncate(cut.size());
                channel.force(true);
            }
        }
    }

    private static <T> T as(Optional<Accounts.Account> owner, FileRights.Work<T> work)
            throws IOException {
        return owner.isPresent() ? FileRights.as(owner.get(), work) : work.run();
    }
}
