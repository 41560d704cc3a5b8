// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiReply;
import roost.classad.ClassAd;
import roost.guest.GuestNews;
import roost.guest.GuestsActor;
import roost.guest.TestHosts;
import roost.id.JobId;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.image.ImageStore;
import roost.job.Initiator;
import roost.job.JobSpecs;
import roost.slot.BatchEvent;

/** A job and the only other node there is, which the test plays. */
@Timeout(60)
class AwayRunsTest {
    private static final JobId ID = new JobId(1, 0);
    private static final SlotName FIRST = new SlotName(1, "there");
    private static final SlotName SECOND = new SlotName(2, "there");
    private static final NodeAddress HERE = new NodeAddress("127.0.0.1", 9618);
    private static final NodeAddress THERE = new NodeAddress("127.0.0.2", 9618);

    @TempDir Path directory;

    private ActorTestKit kit;
    private TestProbe<GuestsActor.Command> host;
    private TestProbe<JobReport> queue;
    private ActorRef<BatchJobActor.Command> job;

    @BeforeEach
    void anIdleJob() {
        kit = QueueTestKit.in(directory);
        host = kit.createTestProbe();
        queue = kit.createTestProbe();
        ClassAd ad =
                ClassAd.builder()
                        .put("Cmd", "/bin/true")
                        .put("Iwd", directory.toString())
                        .putInt("QDate", 1)
                        .build();
        job = kit.spawn(BatchJobActor.create(ID, ad, true, surroundings()));
        awaitMoved(JobState.Idle.class);
    }

    private BatchJobActor.Surroundings surroundings() {
        return new BatchJobActor.Surroundings(
                queue.getRef(),
                Map.of(),
                kit.<JobLogActor.Append>createTestProbe().getRef(),
                new JobSpecs(new JobSpecs.Settings("", List.of(), Optional.empty())),
                new ImageFiles(new ImageStore(directory.resolve("images")), 2, Runnable::run),
                new AwayRun.Settings(
                        TestHosts.of("there", host.getRef(), THERE),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(15)),
                directory,
                HERE,
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void aRunThatWasRefusedIsFollowedByANewOneOnWhicheverSlot() {
        job.tell(new BatchJobActor.Run(FIRST));
        GuestsActor.Start refused = awaitStart(0);
        assertThat(refused.slot()).isEqualTo(FIRST);
        tell(refused, new BatchEvent.Refused("a COD job has it"));
        awaitMoved(JobState.Idle.class);

        job.tell(new BatchJobActor.Run(SECOND));
        GuestsActor.Start start = awaitStart(refused.key().run());
        assertThat(start.slot()).isEqualTo(SECOND);
        tell(refused, new BatchEvent.Lost("late"));
        tell(start, new BatchEvent.Started(4711, System.currentTimeMillis()));
        JobState.Running running = awaitMoved(JobState.Running.class);
        assertThat(running.slot()).isEqualTo(SECOND.toString());
        assertThat(running.host()).isEqualTo(THERE.sinful());
    }

    @Test
    void aRunThatItsHostLostBeforeItsStartWasHeardOfIsFollowedByANewOne() {
        job.tell(new BatchJobActor.Run(FIRST));
        GuestsActor.Start lost = awaitStart(0);
        tell(lost, new BatchEvent.Lost("the machine went down"));
        awaitMoved(JobState.Idle.class);

        job.tell(new BatchJobActor.Run(FIRST));
        tell(awaitStart(lost.key().run()), new BatchEvent.Started(1, System.currentTimeMillis()));
        awaitMoved(JobState.Running.class);
    }

    @Test
    void aJobThatWasHeldWhenItGotASlotGivesItBack() {
        job.tell(
                new BatchJobActor.Act(
                        BatchJobActor.Wish.HOLD,
                        Initiator.USER,
                        "later",
                        kit.<ApiReply.JobOutcome>createTestProbe().getRef()));
        job.tell(new BatchJobActor.Run(FIRST));
        awaitMoved(JobState.Held.class);
        assertThat(queue.receiveMessage())
                .isEqualTo(new JobReport.SlotUnused(ID, FIRST, Optional.empty()));
    }

    private static void tell(GuestsActor.Start start, BatchEvent event) {
        start.to().tell(new GuestNews.Said(start.key(), event));
    }

    /** The next order to start a run with a higher number; orders are repeated. */
    private GuestsActor.Start awaitStart(int after) {
        while (true) {
            if (host.receiveMessage() instanceof GuestsActor.Start start
                    && start.key().run() > after) {
                return start;
            }
        }
    }

    private <S extends JobState> S awaitMoved(Class<S> state) {
        while (true) {
            if (queue.receiveMessage() instanceof JobReport.Moved moved
                    && state.isInstance(moved.state())) {
                return state.cast(moved.state());
            }
        }
    }
}
