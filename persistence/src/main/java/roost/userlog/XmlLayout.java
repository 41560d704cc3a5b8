// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import roost.userlog.JobEvent.Evicted;
import roost.userlog.JobEvent.Exited;
import roost.userlog.JobEvent.Signalled;
import roost.userlog.JobEvent.Termination;

/**
 * Events as XML: one {@code <c>} element of attributes each, with no header and no separator.
 *
 * <p>Source: HTCondor 8.8 condor_event.cpp, toClassAd (names and types of the attributes).
 */
final class XmlLayout {

    private static final Pattern ATTRIBUTE =
            Pattern.compile(
                    "<a n=\"([^\"]*)\">(?:<([sir])>(.*?)</\\2>|<b v=\"([tf])\"/>)</a>",
                    Pattern.DOTALL);

    private static final String[] TYPES = new String[22];

    static {
        TYPES[0] = "SubmitEvent";
        TYPES[1] = "ExecuteEvent";
        TYPES[2] = "ExecutableErrorEvent";
        TYPES[3] = "CheckpointedEvent";
        TYPES[4] = "JobEvictedEvent";
        TYPES[5] = "JobTerminatedEvent";
        TYPES[6] = "JobImageSizeEvent";
        TYPES[7] = "ShadowExceptionEvent";
        TYPES[9] = "JobAbortedEvent";
        TYPES[10] = "JobSuspendedEvent";
        TYPES[11] = "JobUnsuspendedEvent";
        TYPES[12] = "JobHeldEvent";
        TYPES[13] = "JobReleasedEvent";
        TYPES[21] = "RemoteErrorEvent";
    }

    private final StringBuilder out = new StringBuilder("<c>\n");

    private XmlLayout() {}

    static String write(UserLogEntry entry, UserLogFormat format) {
        XmlLayout layout = new XmlLayout();
        int number = entry.event().number();
        layout.text("MyType", TYPES[number]);
        layout.integer("EventTypeNumber", number);
        layout.text("EventTime", format.time(entry.time()));
        layout.integer("Cluster", entry.cluster());
        layout.integer("Proc", entry.proc());
        layout.integer("Subproc", 0);
        layout.body(entry.event());
        return layout.out.append("</c>\n").toString();
    }

    private void body(JobEvent event) {
        if (event instanceof JobEvent.Submitted e) {
            text("SubmitHost", e.host());
            text("LogNotes", e.notes());
        } else if (event instanceof JobEvent.Executing e) {
            text("ExecuteHost", e.host());
        } else if (event instanceof JobEvent.ExecutableError e) {
            integer("ExecuteErrorType", e.kind().ordinal());
        } else if (event instanceof JobEvent.Checkpointed e) {
            text("RunLocalUsage", TextLayout.usage(e.runLocal()));
            text("RunRemoteUsage", TextLayout.usage(e.runRemote()));
            real("SentBytes", e.bytesSent());
        } else if (event instanceof Evicted e) {
            evicted(e);
        } else if (event instanceof JobEvent.Terminated e) {
            termination(e.termination());
            text("RunLocalUsage", TextLayout.usage(e.runLocal()));
            text("RunRemoteUsage", TextLayout.usage(e.runRemote()));
            text("TotalLocalUsage", TextLayout.usage(e.totalLocal()));
            text("TotalRemoteUsage", TextLayout.usage(e.totalRemote()));
            real("SentBytes", e.runBytesSent());
            real("ReceivedBytes", e.runBytesReceived());
            real("TotalSentBytes", e.totalBytesSent());
            real("TotalReceivedBytes", e.totalBytesReceived());
        } else if (event instanceof JobEvent.ImageSize e) {
            integer("Size", e.sizeKib());
            integer("MemoryUsage", e.memoryMib());
            integer("ResidentSetSize", e.residentKib());
            integer("ProportionalSetSize", e.proportionalKib());
        } else {
            rareBody(event);
        }
    }

    private void rareBody(JobEvent event) {
        if (event instanceof JobEvent.ShadowException e) {
            text("Message", e.message());
            real("SentBytes", e.bytesSent());
            real("ReceivedBytes", e.bytesReceived());
        } else if (event instanceof JobEvent.Aborted e) {
            text("Reason", e.reason());
        } else if (event instanceof JobEvent.Suspended e) {
            integer("NumberOfPIDs", e.processes());
        } else if (event instanceof JobEvent.Held e) {
            text("HoldReason", e.reason());
            integer("HoldReasonCode", e.code());
            integer("HoldReasonSubCode", e.subcode());
        } else if (event instanceof JobEvent.Released e) {
            text("Reason", e.reason());
        } else if (event instanceof JobEvent.RemoteError e) {
            text("Daemon", e.daemon());
            text("ExecuteHost", e.host());
            text("ErrorMsg", e.message());
            if (!e.critical()) {
                integer("CriticalError", 0);
            }
        }
    }

    private void evicted(Evicted e) {
        bool("Checkpointed", e.outcome() instanceof Evicted.WithCheckpoint);
        text("RunLocalUsage", TextLayout.usage(e.runLocal()));
        text("RunRemoteUsage", TextLayout.usage(e.runRemote()));
        real("SentBytes", e.bytesSent());
        real("ReceivedBytes", e.bytesReceived());
        bool("TerminatedAndRequeued", e.outcome() instanceof Evicted.Requeued);
        if (e.outcome() instanceof Evicted.Requeued requeued) {
            termination(requeued.termination());
        } else {
            bool("TerminatedNormally", false);
        }
        text("Reason", e.reason());
    }

    private void termination(Termination termination) {
        bool("TerminatedNormally", termination instanceof Exited);
        if (termination instanceof Exited exited) {
            integer("ReturnValue", exited.status());
        } else if (termination instanceof Signalled signalled) {
            integer("TerminatedBySignal", signalled.signal());
            text("CoreFile", signalled.coreFile());
        }
    }

    private void text(String name, String value) {
        String escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        attribute(name, "<s>" + escaped.replace("\"", "&quot;") + "</s>");
    }

    private void text(String name, Optional<String> value) {
        value.ifPresent(known -> text(name, known));
    }

    private void integer(String name, long value) {
        attribute(name, "<i>" + value + "</i>");
    }

    private void integer(String name, OptionalLong value) {
        value.ifPresent(known -> integer(name, known));
    }

    private void real(String name, long value) {
        String number = value == 0 ? "0.0" : String.format(Locale.ROOT, "%1.15E", (double) value);
        attribute(name, "<r>" + number + "</r>");
    }

    private void bool(String name, boolean value) {
        attribute(name, value ? "<b v=\"t\"/>" : "<b v=\"f\"/>");
    }

    private void attribute(String name, String value) {
        out.append("    <a n=\"").append(name).append("\">").append(value).append("</a>\n");
    }

    /** The attributes of one element, by name; booleans are {@code t} and {@code f}. */
    static Map<String, String> attributes(String element) {
        Map<String, String> found = new LinkedHashMap<>();
        Matcher matcher = ATTRIBUTE.matcher(element);
        while (matcher.find()) {
            String value = matcher.group(4) != null ? matcher.group(4) : matcher.group(3);
            found.put(
                    matcher.group(1),
                    value.replace("&quot;", "\"")
                            .replace("&lt;", "<")
                            .replace("&gt;", ">")
                            .replace("&amp;", "&"));
        }
        return found;
    }
}
