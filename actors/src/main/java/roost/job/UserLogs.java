// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.posix.DiskTrouble;
import roost.userlog.JobEvent;
import roost.userlog.OpenAsUser;
import roost.userlog.UserLogEntry;
import roost.userlog.UserLogFormat;
import roost.userlog.UserLogWriter;

/**
 * StarterUserLog: the log that a COD job's user asked for. Entries other than the first are lost
 * with a warning if the log cannot be written any more; a job is not ended for that.
 */
public final class UserLogs implements JobLogs {
    private static final Logger LOG = LoggerFactory.getLogger(UserLogs.class);

    /** In the starter's directory: the last entry has been written. */
    private static final String DONE = "log-done";

    /** How a log is opened with a job's owner's rights. */
    @FunctionalInterface
    public interface Openers {
        OpenAsUser of(JobSpec spec) throws JobFailure;
    }

    private final String host;
    private final UserLogFormat format;
    private final Openers openers;

    /**
     * @param host the node's address, {@code <ip:port>}
     */
    public UserLogs(String host, UserLogFormat format, Openers openers) {
        this.host = host;
        this.format = format;
        this.openers = openers;
    }

    @Override
    public Log of(JobSpec spec, Sandbox sandbox) {
        return spec.userLog()
                .<Log>map(
                        log ->
                                new Kept(
                                        spec,
                                        sandbox.directory().resolve(log.path()),
                                        log.xml() ? format.withXml(true) : format,
                                        sandbox.starter().resolve(DONE)))
                .orElse(NOTHING);
    }

    private static final Log NOTHING =
            new Log() {
                @Override
                public void executing() {}

                @Override
                public void suspended(int processes) {}

                @Override
                public void continued() {}

                @Override
                public void ended(JobExit exit, boolean evicted) {}

                @Override
                public void failed(String message) {}
            };

    private final class Kept implements Log {
        private final JobSpec spec;
        private final Path path;
        private final UserLogFormat kind;
        private final Path done;

        Kept(JobSpec spec, Path path, UserLogFormat kind, Path done) {
            this.spec = spec;
            this.path = path;
            this.kind = kind;
            this.done = done;
        }

        @Override
        public void executing() throws JobFailure {
            try {
                append(new JobEvent.Executing(host));
            } catch (IOException e) {
                throw new JobFailure("cannot write the user log: " + DiskTrouble.text(e), e);
            }
        }

        @Override
        public void suspended(int processes) {
            appendIfPossible(new JobEvent.Suspended(processes));
        }

        @Override
        public void continued() {
            appendIfPossible(new JobEvent.Unsuspended());
        }

        @Override
        public void ended(JobExit exit, boolean evicted) {
            JobEvent.Usage usage =
                    new JobEvent.Usage(seconds(exit.userSeconds()), seconds(exit.systemSeconds()));
            if (evicted) {
                appendLast(
                        new JobEvent.Evicted(
                                new JobEvent.Evicted.WithoutCheckpoint(),
                                JobEvent.Usage.NONE,
                                usage,
                                0,
                                0,
                                Optional.empty()));
                return;
            }
            JobEvent.Termination how =
                    exit.signal() == 0
                            ? new JobEvent.Exited(exit.status())
                            : new JobEvent.Signalled(exit.signal(), core(exit));
            appendLast(JobEvent.Terminated.local(how, usage));
        }

        private Optional<String> core(JobExit exit) {
            return exit.coreDumped()
                    ? Optional.of(spec.workingDirectory().map(dir -> dir + "/").orElse("") + "core")
                    : Optional.empty();
        }

        @Override
        public void failed(String message) {
            appendLast(new JobEvent.RemoteError("starter", host, message, true));
        }

        /** A node that died after writing the last entry finds the job's end once more. */
        private void appendLast(JobEvent event) {
            if (Files.exists(done)) {
                return;
            }
            appendIfPossible(event);
            try {
                Files.createFile(done);
            } catch (IOException e) {
                LOG.debug("job={} cannot note that its log is complete: {}", spec.label(), e);
            }
        }

        private void appendIfPossible(JobEvent event) {
            try {
                append(event);
            } catch (IOException | JobFailure e) {
                LOG.warn(
                        "job={} event {} is missing in {}: {}",
                        spec.label(),
                        event.number(),
                        path,
                        e.getMessage());
            }
        }

        private void append(JobEvent event) throws IOException, JobFailure {
            try (UserLogWriter writer = UserLogWriter.open(path, kind, openers.of(spec))) {
                writer.append(new UserLogEntry(spec.cluster(), spec.proc(), Instant.now(), event));
            }
        }

        private static Duration seconds(double seconds) {
            return Duration.ofNanos((long) (seconds * 1e9));
        }
    }
}
