// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import roost.posix.DiskTrouble;

/**
 * Finds missing, short and damaged journal files before LevelDB sees them: it would create a new
 * database where the file CURRENT is missing, and leave out parts of a log that it takes for
 * unused.
 *
 * <p>{@link #files} looks at logs, MANIFEST and sizes only and takes milliseconds. Every start also
 * does {@link #filesAndTables}, which reads the tables, about a second for a gigabyte. {@link
 * #everything} also reads every record, which needs the journal to be closed elsewhere. None of
 * them changes anything.
 */
public final class JournalCheck {

    static final String WHAT_TO_DO =
            "nothing was changed; restore the journal directory from a backup, or move it aside to start without its claims and jobs";

    private static final Pattern NUMBERED = Pattern.compile("(\\d{6,})\\.(log|sst|ldb)");
    private static final Pattern CURRENT = Pattern.compile("(MANIFEST-\\d{6,})\n");

    private final Path database;
    private final boolean readsTables;
    private final OptionalLong acknowledged;
    private final List<Finding> findings = new ArrayList<>();
    private final List<TornEnd> tornEnds = new ArrayList<>();

    private JournalCheck(JournalSettings settings, boolean readsTables) throws IOException {
        this.database = settings.database();
        this.readsTables = readsTables;
        this.acknowledged = CommitMark.read(settings.commits());
    }

    /** One thing that is wrong, and the file or record it was found in. */
    public record Finding(String where, String what) {
        @Override
        public String toString() {
            return where + ": " + what;
        }
    }

    /**
     * The unfinished last record of a process that was killed; nobody was told that it was stored.
     */
    record TornEnd(Path file, long validEnd) {}

    /**
     * @param findings what is damaged; empty when the journal is whole
     * @param notes what is unusual and harmless
     */
    public record Report(List<Finding> findings, List<String> notes, List<TornEnd> tornEnds) {

        public boolean isWhole() {
            return findings.isEmpty();
        }

        /** The exception to refuse the start with. */
        JournalException.Corrupt refusal() {
            return refusal(null);
        }

        JournalException.Corrupt refusal(JournalException cause) {
            return new JournalException.Corrupt(
                    findings.stream().map(Finding::toString).collect(Collectors.joining("; "))
                            + "; "
                            + WHAT_TO_DO,
                    cause);
        }

        /** Cuts off what was found torn, so that LevelDB can be told to stop at any damage. */
        void cutTornEnds() throws IOException {
            for (TornEnd torn : tornEnds) {
                try (RandomAccessFile file = new RandomAccessFile(torn.file().toFile(), "rw")) {
                    file.setLength(torn.validEnd());
                    file.getFD().sync();
                }
            }
        }
    }

    /**
     * Checks that every file is there, has its length, and can be read up to what was acknowledged.
     */
    public static Report files(JournalSettings settings) {
        return check(settings, false);
    }

    /** {@link #files}, and the checksum of every block of every table. */
    public static Report filesAndTables(JournalSettings settings) {
        return check(settings, true);
    }

    private static Report check(JournalSettings settings, boolean readsTables) {
        try {
            JournalCheck check = new JournalCheck(settings, readsTables);
            check.checkFiles();
            List<String> notes =
                    check.tornEnds.stream()
                            .map(
                                    torn ->
                                            "%s ends in an unfinished record behind byte %d, which nobody was told was stored; it is cut off"
                                                    .formatted(torn.file(), torn.validEnd()))
                            .toList();
            return new Report(List.copyOf(check.findings), notes, List.copyOf(check.tornEnds));
        } catch (IOException e) {
            throw new JournalException.Failed(
                    "cannot check the journal %s: %s"
                            .formatted(settings.directory(), DiskTrouble.text(e)),
                    e);
        }
    }

    /**
     * {@link #filesAndTables}, and when those are whole every record of the database: its checksum,
     * and that no sequence number is missing. Fails when a node has the journal open.
     */
    public static Report everything(JournalSettings settings) {
        Report report = filesAndTables(settings);
        if (!report.isWhole() || !Files.exists(settings.database().resolve("CURRENT"))) {
            return report;
        }
        List<Finding> findings = new ArrayList<>();
        try (JournalDatabase journal = JournalDatabase.open(settings, LevelDbStorage::open)) {
            journal.read(
                    storage -> {
                        new RecordCheck(findings).run(storage);
                        return null;
                    });
        } catch (JournalException.Corrupt e) {
            findings.add(new Finding(settings.database().toString(), e.getMessage()));
        }
        return new Report(findings, report.notes(), report.tornEnds());
    }

    private void checkFiles() throws IOException {
        SortedMap<Long, Path> logs = new TreeMap<>();
        SortedMap<Long, Path> tables = new TreeMap<>();
        Path current = database.resolve("CURRENT");
        boolean anyFile = list(logs, tables);
        if (!Files.exists(current)) {
            if (anyFile) {
                found(current, "is missing");
            } else if (acknowledged.orElse(0) > 0) {
                found(
                        database,
                        "is empty or missing, but commit %d was acknowledged"
                                .formatted(acknowledged.getAsLong()));
            }
            return;
        }
        Matcher name = CURRENT.matcher(Files.readString(current, StandardCharsets.ISO_8859_1));
        if (!name.matches()) {
            found(current, "does not name a MANIFEST file");
            return;
        }
        Path manifestFile = database.resolve(name.group(1));
        if (!Files.exists(manifestFile)) {
            found(manifestFile, "is missing, but CURRENT names it");
            return;
        }
        checkManifest(manifestFile, logs, tables);
    }

    /** Sorts the files of the directory; false when there are none of LevelDB's. */
    private boolean list(SortedMap<Long, Path> logs, SortedMap<Long, Path> tables)
            throws IOException {
        if (!Files.isDirectory(database)) {
            return false;
        }
        boolean[] any = {false};
        try (Stream<Path> files = Files.list(database)) {
            files.forEach(
                    file -> {
                        String name = file.getFileName().toString();
                        Matcher numbered = NUMBERED.matcher(name);
                        if (numbered.matches()) {
                            boolean log = numbered.group(2).equals("log");
                            (log ? logs : tables).put(Long.parseLong(numbered.group(1)), file);
                        }
                        any[0] |= numbered.matches() || name.startsWith("MANIFEST-");
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return any[0];
    }

    private void checkManifest(
            Path manifestFile, SortedMap<Long, Path> logs, SortedMap<Long, Path> tables)
            throws IOException {
        LogFile.Content content = LogFile.read(manifestFile);
        // An edit that was not finished was not in force: LevelDB removes old files only after it.
        checkEnd(manifestFile, content, content.recordsAfterDamage());
        Manifest manifest;
        try {
            manifest = Manifest.of(content.records());
        } catch (IllegalArgumentException e) {
            found(manifestFile, "is damaged: " + e.getMessage());
            return;
        }
        for (var table : manifest.tables().entrySet()) {
            Path file = tables.get(table.getKey());
            if (file == null) {
                found(database.resolve("%06d.sst".formatted(table.getKey())), "is missing");
            } else if (Files.size(file) != table.getValue()) {
                found(
                        file,
                        "has %d bytes instead of %d".formatted(Files.size(file), table.getValue()));
            } else if (readsTables) {
                checkTable(file);
            }
        }
        if (manifest.logNumber() != 0 && !logs.containsKey(manifest.logNumber())) {
            found(database.resolve("%06d.log".formatted(manifest.logNumber())), "is missing");
        }
        checkLogs(logs.tailMap(manifest.logNumber()));
    }

    private void checkTable(Path file) {
        try {
            TableFile.damage(file).ifPresent(what -> found(file, "is damaged: " + what));
        } catch (IOException e) {
            found(file, "cannot be read: " + DiskTrouble.text(e));
        }
    }

    private void checkLogs(SortedMap<Long, Path> logs) throws IOException {
        long newestCommit = -1;
        long nextSequence = -1;
        boolean torn = false;
        for (Path log : logs.values()) {
            LogFile.Content content = LogFile.read(log);
            boolean newest = log.equals(logs.get(logs.lastKey()));
            for (byte[] batch : content.records()) {
                BatchHead head = BatchHead.of(batch);
                if (head == null) {
                    found(log, "holds a record that is not the journal's");
                    return;
                }
                if (nextSequence != -1 && head.sequence != nextSequence) {
                    found(log, "a commit is missing before commit " + head.commit);
                }
                nextSequence = head.sequence + head.changes;
                newestCommit = head.commit;
            }
            torn |= content.damage().isPresent();
            // Only one batch is ever under way, so a torn one is the last thing in the last log.
            checkEnd(log, content, content.recordsAfterDamage() || !newest);
        }
        if (newestCommit != -1 && newestCommit < acknowledged.orElse(0)) {
            Path log = logs.get(logs.lastKey());
            tornEnds.removeIf(end -> end.file().equals(log));
            found(
                    log,
                    "%s after commit %d, but commit %d was acknowledged"
                            .formatted(
                                    torn ? "is damaged" : "is cut off",
                                    newestCommit,
                                    acknowledged.getAsLong()));
        }
    }

    private void checkEnd(Path file, LogFile.Content content, boolean isDamage) {
        if (content.damage().isEmpty()) {
            return;
        }
        if (isDamage) {
            found(file, content.damage().get());
        } else {
            tornEnds.add(new TornEnd(file, content.validEnd()));
        }
    }

    private void found(Path where, String what) {
        findings.add(new Finding(where.toString(), what));
    }

    /**
     * The head of a LevelDB batch: first sequence number, number of changes, then our commit
     * number.
     */
    private record BatchHead(long sequence, int changes, long commit) {

        static BatchHead of(byte[] batch) {
            int valueAt = 12 + 1 + 1 + Keys.COMMIT.length + 1;
            if (batch.length < valueAt + 8) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(batch).order(ByteOrder.LITTLE_ENDIAN);
            long sequence = in.getLong();
            int changes = in.getInt();
            byte[] key = new byte[Keys.COMMIT.length];
            boolean put = in.get() == 1 && in.get() == key.length;
            in.get(key);
            boolean ours = put && Keys.startsWith(key, Keys.COMMIT) && in.get() == 8;
            return ours
                    ? new BatchHead(sequence, changes, in.order(ByteOrder.BIG_ENDIAN).getLong())
                    : null;
        }
    }
}
