// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import roost.userlog.JobEvent.Evicted;
import roost.userlog.JobEvent.Exited;
import roost.userlog.JobEvent.Signalled;
import roost.userlog.JobEvent.Usage;

/** Every event in every variant, as the golden files have them. */
final class AllEvents {

    static final Instant TIME = Instant.parse("2026-01-31T09:05:07Z");

    private AllEvents() {}

    static List<UserLogEntry> entries() {
        Usage some = new Usage(Duration.ofSeconds(93_784), Duration.ofSeconds(59));
        Usage more = new Usage(Duration.ofDays(12), Duration.ofMinutes(61));
        return Stream.<JobEvent>of(
                        new JobEvent.Submitted("<192.0.2.7:9618>", Optional.empty()),
                        new JobEvent.Submitted("<192.0.2.7:9618>", Optional.of("DAG Node: A")),
                        new JobEvent.Executing("<192.0.2.7:41234?a=1&b=\"2\">"),
                        new JobEvent.ExecutableError(JobEvent.ExecutableError.Kind.NOT_EXECUTABLE),
                        new JobEvent.ExecutableError(JobEvent.ExecutableError.Kind.BAD_LINK),
                        new JobEvent.Checkpointed(Usage.NONE, some, 1_234_567),
                        evicted(new Evicted.WithCheckpoint(), some, 10, Optional.empty()),
                        evicted(new Evicted.WithoutCheckpoint(), some, 0, Optional.empty()),
                        evicted(new Evicted.Requeued(new Exited(3)), some, 0, Optional.empty()),
                        evicted(
                                new Evicted.Requeued(new Signalled(11, Optional.of("/tmp/core.1"))),
                                some,
                                0,
                                Optional.of("OnExitRemove is false")),
                        evicted(
                                new Evicted.WithCheckpoint(),
                                some,
                                4096,
                                Optional.of("via condor_vacate (by user ann)")),
                        JobEvent.Terminated.local(new Exited(0), some),
                        new JobEvent.Terminated(
                                new Signalled(9, Optional.empty()),
                                some,
                                more,
                                more,
                                some,
                                1,
                                2,
                                3,
                                4_000_000_000L),
                        JobEvent.Terminated.local(
                                new Signalled(6, Optional.of("/scratch/core")), Usage.NONE),
                        new JobEvent.ImageSize(
                                4_321,
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty()),
                        new JobEvent.ImageSize(
                                4_321,
                                OptionalLong.of(5),
                                OptionalLong.of(4_300),
                                OptionalLong.of(4_200)),
                        new JobEvent.ShadowException("Error from starter", 7, 8),
                        new JobEvent.Aborted(Optional.empty()),
                        new JobEvent.Aborted(Optional.of("via condor_rm (by user ann)")),
                        new JobEvent.Suspended(3),
                        new JobEvent.Unsuspended(),
                        new JobEvent.Held(Optional.of("via condor_hold (by user ann)"), 1, 0),
                        new JobEvent.Held(Optional.empty(), 13, -2),
                        new JobEvent.Released(Optional.empty()),
                        new JobEvent.Released(Optional.of("via condor_release (by user ann)")),
                        new JobEvent.RemoteError(
                                "starter",
                                "<192.0.2.7:41234>",
                                "Failed to execute '/bin/nope':\nNo such file or directory",
                                true),
                        new JobEvent.RemoteError("starter", "<192.0.2.7:41234>", "odd", false))
                .map(event -> new UserLogEntry(23, 5, TIME, event))
                .toList();
    }

    private static Evicted evicted(
            Evicted.Outcome outcome, Usage run, long sent, Optional<String> reason) {
        return new Evicted(outcome, Usage.NONE, run, sent, 2 * sent, reason);
    }
}
