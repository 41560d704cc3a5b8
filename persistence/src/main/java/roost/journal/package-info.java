// SPDX-License-Identifier: Apache-2.0
/**
 * The Akka Persistence journal and snapshot store on LevelDB (module persistence; used by actors
 * through Akka Persistence, {@link roost.journal.JournalExtension} and {@link
 * roost.journal.JournalScan}, and by the command line through {@link roost.journal.JournalCheck}).
 *
 * <h2>The way of a write</h2>
 *
 * {@code LevelDbJournal} and {@code LevelDbSnapshots} serialise in their actor; {@code GroupCommit}
 * has a bounded queue and one thread, which stores whatever waits as one batch with one sync and
 * then tells everybody. A lone write waits for nothing but the disk; while the disk syncs, others
 * gather. {@code JournalDatabase} numbers the commits and opens the database again after a failure.
 * Reads run on their own dispatcher, after the writes of their id that are under way. Layouts are
 * drawn in {@code Keys}, {@code Records} and {@code CommitMark}.
 *
 * <h2>What a failure means</h2>
 *
 * A batch that fails is tried once more on a database that was opened afresh (LevelDB refuses every
 * write after one that failed, or after background work failed), then member by member, so that
 * only the bad one fails, and with it later ones of the same id. All failures are {@link
 * roost.journal.JournalException}s with the reason and what to do. Akka's circuit breaker is set
 * never to open: it would hide the reason and go on refusing after the cause has gone.
 *
 * <h2>Lost and damaged data</h2>
 *
 * What leveldbjni 1.8 does, tried on real files: by default it drops everything from the first
 * damaged record of its log and says nothing. With paranoid checks it stops at changed bytes and
 * holes, but also at the unfinished record that a kill -9 may leave, and it still says nothing when
 * a log ends too early between two records, or when the whole log is missing (it opened with 0 of
 * 200 records); where CURRENT is missing it begins a new database. Hence:
 *
 * <ul>
 *   <li>Every start, and every reopening, reads the logs, the MANIFEST and the file sizes itself
 *       before LevelDB sees them ({@code JournalCheck.files}; a few milliseconds), and every start
 *       the checksums of all table blocks ({@code TableFile}), because LevelDB would find those out
 *       when somebody reads the block or in the middle of a compaction, and never says which file
 *       it was. Damage refuses the start and changes nothing. Only one batch is ever under way, so
 *       an unfinished record is harmless exactly if it is the last thing in the last log and was
 *       never acknowledged; it is cut off, and LevelDB then runs with paranoid checks.
 *   <li>The file COMMITS says which commit was acknowledged last. A database that ends before it
 *       has lost acknowledged data. It is not synced, and after a power failure may be behind,
 *       which is harmless.
 *   <li>Every record has its own checksum over key and value, every table block LevelDB's, verified
 *       at every read. Replays and scans fail at a missing sequence number instead of leaving it
 *       out.
 * </ul>
 *
 * What remains: a table block that the disk cannot read at all (an I/O error) raises SIGBUS in
 * LevelDB's mapping and ends the process. The next start reads the file itself and reports it.
 *
 * <h2>Full disks</h2>
 *
 * LevelDB writes through mappings of files it has made longer with ftruncate. Should the disk
 * become full before a mapped page gets its block, the kernel raises SIGBUS and the JVM is gone;
 * compaction, which reads also bring about, makes that possible even for a node that writes
 * nothing. So {@code DiskReserve} refuses writes while there is still space for LevelDB's own work,
 * and a small library ({@code journal/space.c} of native-bridge) makes LevelDB's ftruncate allocate
 * the blocks, so that LevelDB sees an ordinary error. Without the library only the reserve
 * protects, and the log says so.
 *
 * <h2>Rejected</h2>
 *
 * <ul>
 *   <li>Akka's own LevelDB plugin: deprecated, one sync per actor and write, and no defence against
 *       any of the above.
 *   <li>The pure-Java port of LevelDB (org.iq80.leveldb 0.12) where leveldbjni does not load, which
 *       is everywhere but x86: it needs an old Guava, brings its API classes a second time, and
 *       maps its files as well. Roost's checkpoint library is for x86-64 too, so such a node would
 *       have little to do. Opening says plainly what is missing; {@code Storage} is the place for
 *       another database.
 *   <li>LD_PRELOAD instead of changing LevelDB's import: every child would inherit it.
 *   <li>Closing a started batch by time or size before syncing: it only adds latency, the sync
 *       itself is the time in which a group forms.
 *   <li>Starting over, or dropping what is damaged, by itself: whoever runs the node decides that.
 * </ul>
 */
package roost.journal;
