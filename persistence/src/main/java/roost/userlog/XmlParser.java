// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import roost.userlog.JobEvent.Evicted;
import roost.userlog.JobEvent.Exited;
import roost.userlog.JobEvent.Signalled;
import roost.userlog.JobEvent.Termination;
import roost.userlog.JobEvent.Usage;

/** Makes events of the attributes that {@link XmlLayout} writes. */
final class XmlParser {

    private final Map<String, String> attributes;

    private XmlParser(Map<String, String> attributes) {
        this.attributes = attributes;
    }

    /**
     * Reads an event.
     *
     * @throws IllegalArgumentException when an attribute is missing or malformed
     */
    static JobEvent parse(Map<String, String> attributes) {
        XmlParser parser = new XmlParser(attributes);
        int number = (int) parser.integer("EventTypeNumber");
        return switch (number) {
            case 0 -> new JobEvent.Submitted(parser.text("SubmitHost"), parser.maybe("LogNotes"));
            case 1 -> new JobEvent.Executing(parser.text("ExecuteHost"));
            case 2 ->
                    new JobEvent.ExecutableError(
                            JobEvent.ExecutableError.Kind.values()[
                                    (int) parser.integer("ExecuteErrorType") & 1]);
            case 3 ->
                    new JobEvent.Checkpointed(
                            parser.usage("RunRemoteUsage"),
                            parser.usage("RunLocalUsage"),
                            parser.real("SentBytes"));
            case 4 -> parser.evicted();
            case 5 -> parser.terminated();
            case 6 ->
                    new JobEvent.ImageSize(
                            parser.integer("Size"),
                            parser.maybeInteger("MemoryUsage"),
                            parser.maybeInteger("ResidentSetSize"),
                            parser.maybeInteger("ProportionalSetSize"));
            default -> parser.rare(number);
        };
    }

    private JobEvent rare(int number) {
        return switch (number) {
            case 7 ->
                    new JobEvent.ShadowException(
                            text("Message"), real("SentBytes"), real("ReceivedBytes"));
            case 9 -> new JobEvent.Aborted(maybe("Reason"));
            case 10 -> new JobEvent.Suspended((int) integer("NumberOfPIDs"));
            case 11 -> new JobEvent.Unsuspended();
            case 12 ->
                    new JobEvent.Held(
                            maybe("HoldReason"),
                            (int) integer("HoldReasonCode"),
                            (int) integer("HoldReasonSubCode"));
            case 13 -> new JobEvent.Released(maybe("Reason"));
            case 21 ->
                    new JobEvent.RemoteError(
                            text("Daemon"),
                            text("ExecuteHost"),
                            text("ErrorMsg"),
                            !"0".equals(attributes.get("CriticalError")));
            default -> throw new IllegalArgumentException("event " + number + " is not known");
        };
    }

    private JobEvent evicted() {
        Evicted.Outcome outcome;
        if (isTrue("TerminatedAndRequeued")) {
            outcome = new Evicted.Requeued(termination());
        } else {
            outcome =
                    isTrue("Checkpointed")
                            ? new Evicted.WithCheckpoint()
                            : new Evicted.WithoutCheckpoint();
        }
        return new Evicted(
                outcome,
                usage("RunRemoteUsage"),
                usage("RunLocalUsage"),
                real("SentBytes"),
                real("ReceivedBytes"),
                maybe("Reason"));
    }

    private JobEvent terminated() {
        return new JobEvent.Terminated(
                termination(),
                usage("RunRemoteUsage"),
                usage("RunLocalUsage"),
                usage("TotalRemoteUsage"),
                usage("TotalLocalUsage"),
                real("SentBytes"),
                real("ReceivedBytes"),
                real("TotalSentBytes"),
                real("TotalReceivedBytes"));
    }

    private Termination termination() {
        return isTrue("TerminatedNormally")
                ? new Exited((int) integer("ReturnValue"))
                : new Signalled((int) integer("TerminatedBySignal"), maybe("CoreFile"));
    }

    private String text(String name) {
        return maybe(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("attribute " + name + " is missing"));
    }

    private Optional<String> maybe(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    private long integer(String name) {
        return Long.parseLong(text(name));
    }

    private OptionalLong maybeInteger(String name) {
        return attributes.containsKey(name) ? OptionalLong.of(integer(name)) : OptionalLong.empty();
    }

    private long real(String name) {
        return (long) Double.parseDouble(text(name));
    }

    private boolean isTrue(String name) {
        return "t".equals(attributes.get(name));
    }

    private Usage usage(String name) {
        return TextParser.usage(text(name));
    }
}
