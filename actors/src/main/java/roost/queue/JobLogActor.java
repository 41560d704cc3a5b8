// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.userlog.OpenAsUser;
import roost.userlog.UserLogEntry;
import roost.userlog.UserLogFormat;
import roost.userlog.UserLogReader;
import roost.userlog.UserLogWriter;

/**
 * Writes the batch jobs' user logs, in the order in which it is told. Parent: {@link QueueActor};
 * told by every {@link BatchJobActor}. Runs on a dispatcher for blocking work, because each write
 * is locked and synced.
 *
 * <p>A log that cannot be written is reported in the node's log and loses the event; the job goes
 * on, for a full disk or a removed directory is no reason to lose work.
 */
final class JobLogActor {
    /** Opens logs with the rights of the account named. */
    @FunctionalInterface
    public interface Opener {
        OpenAsUser as(String owner);
    }

    /**
     * Add entries to a log.
     *
     * @param owner account with whose rights the log is opened
     * @param unlessThere look first whether the log has them already
     * @param done run afterwards, written or not
     */
    record Append(
            JobId id,
            String owner,
            Path log,
            boolean xml,
            List<UserLogEntry> entries,
            boolean unlessThere,
            Runnable done) {

        /** What a job's ad says of its log; empty if there is none, or nothing to add to it. */
        static Optional<Append> of(
                JobId id,
                ClassAd ad,
                List<UserLogEntry> entries,
                boolean unlessThere,
                Runnable done) {
            return JobAds.userLog(ad)
                    .filter(log -> !entries.isEmpty())
                    .map(
                            log ->
                                    new Append(
                                            id,
                                            ad.getString("Owner").orElse(""),
                                            log,
                                            ad.getBoolean("UserLogUseXML").orElse(false),
                                            entries,
                                            unlessThere,
                                            done));
        }
    }

    /** How far back the log is searched for entries that may be there already. */
    private static final int TAIL_BYTES = 256 * 1024;

    private final ActorContext<Append> context;
    private final Opener opener;
    private final UserLogFormat format;

    static Behavior<Append> create(Opener opener, UserLogFormat format) {
        return Behaviors.setup(context -> new JobLogActor(context, opener, format).behavior());
    }

    private JobLogActor(ActorContext<Append> context, Opener opener, UserLogFormat format) {
        this.context = context;
        this.opener = opener;
        this.format = format;
    }

    private Behavior<Append> behavior() {
        return Behaviors.receive(Append.class).onMessage(Append.class, this::onAppend).build();
    }

    private Behavior<Append> onAppend(Append append) {
        try {
            write(append);
        } catch (IOException e) {
            context.getLog()
                    .warn(
                            "job={} the user log {} cannot be written, {} events are lost: {}",
                            append.id(),
                            append.log(),
                            append.entries().size(),
                            e.toString());
        }
        append.done().run();
        return Behaviors.same();
    }

    private void write(Append append) throws IOException {
        Set<UserLogEntry> there =
                append.unlessThere() ? new HashSet<>(tail(append.log())) : Set.of();
        List<UserLogEntry> missing =
                append.entries().stream()
                        .filter(entry -> there.stream().noneMatch(old -> same(old, entry)))
                        .toList();
        if (missing.isEmpty()) {
            return;
        }
        try (UserLogWriter writer =
                UserLogWriter.open(
                        append.log(), format.withXml(append.xml()), opener.as(append.owner()))) {
            for (UserLogEntry entry : missing) {
                writer.append(entry);
            }
        }
    }

    /** The log has whole seconds only. */
    private static boolean same(UserLogEntry old, UserLogEntry entry) {
        return old.cluster() == entry.cluster()
                && old.proc() == entry.proc()
                && old.event().number() == entry.event().number()
                && old.time().getEpochSecond() == entry.time().getEpochSecond();
    }

    private static List<UserLogEntry> tail(Path log) throws IOException {
        if (!Files.isRegularFile(log)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (from > 0) {
                // Begin after the first whole event.
                int end = Math.max(text.indexOf("\n...\n") + 5, text.indexOf("</c>\n") + 5);
                text = text.substring(Math.min(end, text.length()));
            }
            return new UserLogReader(ZoneId.systemDefault(), LocalDate.now()).parse(text);
        }
    }
}
