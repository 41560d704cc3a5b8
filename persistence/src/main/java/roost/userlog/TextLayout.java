// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import roost.userlog.JobEvent.Evicted;
import roost.userlog.JobEvent.Exited;
import roost.userlog.JobEvent.Signalled;
import roost.userlog.JobEvent.Termination;
import roost.userlog.JobEvent.Usage;

/**
 * Events as text.
 *
 * <p>Source: HTCondor 8.8 condor_event.cpp (layout only); manual 8.0 section 2.6.6.
 */
final class TextLayout {

    private final StringBuilder out = new StringBuilder();

    private TextLayout() {}

    static String write(UserLogEntry entry, UserLogFormat format) {
        TextLayout layout = new TextLayout();
        layout.out.append(
                "%03d (%03d.%03d.000) %s "
                        .formatted(
                                entry.event().number(),
                                entry.cluster(),
                                entry.proc(),
                                format.time(entry.time())));
        layout.body(entry.event());
        return layout.out.append("...\n").toString();
    }

    private void body(JobEvent event) {
        if (event instanceof JobEvent.Submitted e) {
            line("Job submitted from host: " + e.host());
            e.notes().ifPresent(notes -> line("    " + notes));
        } else if (event instanceof JobEvent.Executing e) {
            line("Job executing on host: " + e.host());
        } else if (event instanceof JobEvent.ExecutableError e) {
            boolean notExecutable = e.kind() == JobEvent.ExecutableError.Kind.NOT_EXECUTABLE;
            line(
                    notExecutable
                            ? "(0) Job file not executable."
                            : "(1) Job not properly linked for Condor.");
        } else if (event instanceof JobEvent.Checkpointed e) {
            line("Job was checkpointed.");
            usage(1, e.runRemote(), "Run Remote Usage");
            usage(1, e.runLocal(), "Run Local Usage");
            count(e.bytesSent(), "Run Bytes Sent By Job For Checkpoint");
        } else if (event instanceof Evicted e) {
            evicted(e);
        } else if (event instanceof JobEvent.Terminated e) {
            terminated(e);
        } else if (event instanceof JobEvent.ImageSize e) {
            line("Image size of job updated: " + e.sizeKib());
            count(e.memoryMib(), "MemoryUsage of job (MB)");
            count(e.residentKib(), "ResidentSetSize of job (KB)");
            count(e.proportionalKib(), "ProportionalSetSize of job (KB)");
        } else {
            rareBody(event);
        }
    }

    private void rareBody(JobEvent event) {
        if (event instanceof JobEvent.ShadowException e) {
            line("Shadow exception!");
            line("\t" + e.message());
            count(e.bytesSent(), "Run Bytes Sent By Job");
            count(e.bytesReceived(), "Run Bytes Received By Job");
        } else if (event instanceof JobEvent.Aborted e) {
            line("Job was aborted by the user.");
            reason(e.reason());
        } else if (event instanceof JobEvent.Suspended e) {
            line("Job was suspended.");
            line("\tNumber of processes actually suspended: " + e.processes());
        } else if (event instanceof JobEvent.Unsuspended) {
            line("Job was unsuspended.");
        } else if (event instanceof JobEvent.Held e) {
            line("Job was held.");
            line("\t" + e.reason().orElse("Reason unspecified"));
            line("\tCode " + e.code() + " Subcode " + e.subcode());
        } else if (event instanceof JobEvent.Released e) {
            line("Job was released.");
            reason(e.reason());
        } else if (event instanceof JobEvent.RemoteError e) {
            String kind = e.critical() ? "Error" : "Warning";
            line(kind + " from " + e.daemon() + " on " + e.host() + ":");
            e.message().lines().forEach(text -> line("\t" + text));
        } else {
            throw new IllegalArgumentException("no layout for " + event);
        }
    }

    private void evicted(Evicted e) {
        line("Job was evicted.");
        if (e.outcome() instanceof Evicted.Requeued) {
            line("\t(0) Job terminated and was requeued");
        } else {
            boolean kept = e.outcome() instanceof Evicted.WithCheckpoint;
            line(kept ? "\t(1) Job was checkpointed." : "\t(0) Job was not checkpointed.");
        }
        usage(2, e.runRemote(), "Run Remote Usage");
        usage(2, e.runLocal(), "Run Local Usage");
        count(e.bytesSent(), "Run Bytes Sent By Job");
        count(e.bytesReceived(), "Run Bytes Received By Job");
        if (e.outcome() instanceof Evicted.Requeued requeued) {
            termination(requeued.termination());
        }
        reason(e.reason());
    }

    private void terminated(JobEvent.Terminated e) {
        line("Job terminated.");
        termination(e.termination());
        usage(2, e.runRemote(), "Run Remote Usage");
        usage(2, e.runLocal(), "Run Local Usage");
        usage(2, e.totalRemote(), "Total Remote Usage");
        usage(2, e.totalLocal(), "Total Local Usage");
        count(e.runBytesSent(), "Run Bytes Sent By Job");
        count(e.runBytesReceived(), "Run Bytes Received By Job");
        count(e.totalBytesSent(), "Total Bytes Sent By Job");
        count(e.totalBytesReceived(), "Total Bytes Received By Job");
    }

    private void termination(Termination termination) {
        if (termination instanceof Exited exited) {
            line("\t(1) Normal termination (return value " + exited.status() + ")");
        } else if (termination instanceof Signalled signalled) {
            line("\t(0) Abnormal termination (signal " + signalled.signal() + ")");
            Optional<String> core = signalled.coreFile();
            line(core.isPresent() ? "\t(1) Corefile in: " + core.get() : "\t(0) No core file");
        }
    }

    private void usage(int tabs, Usage usage, String what) {
        line("\t".repeat(tabs) + usage(usage) + "  -  " + what);
    }

    static String usage(Usage usage) {
        return "Usr " + days(usage.user()) + ", Sys " + days(usage.system());
    }

    private static String days(Duration time) {
        return "%d %02d:%02d:%02d"
                .formatted(
                        time.toDays(),
                        time.toHoursPart(),
                        time.toMinutesPart(),
                        time.toSecondsPart());
    }

    private void count(long number, String what) {
        line("\t" + number + "  -  " + what);
    }

    private void count(OptionalLong number, String what) {
        number.ifPresent(known -> count(known, what));
    }

    private void reason(Optional<String> reason) {
        reason.ifPresent(text -> line("\t" + text));
    }

    /** Whatever is in the text, it is one line: more could be taken for other events. */
    private void line(String text) {
        out.append(text.replaceAll("[\\r\\n]+", " ")).append('\n');
    }
}
