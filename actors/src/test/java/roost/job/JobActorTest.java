// SPDX-License-Identifier: Apache-2.0
package roost.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.capture.CaptureEngine.After;
import roost.capture.HostFacts;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.image.FileCheckpoints;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;
import roost.posix.ProcessIdentity;
import roost.posix.Signals;

/** One job's actor, with a starter and a store that do what the test says. */
@Timeout(30)
class JobActorTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final ProcessIdentity PROCESS = ProcessIdentity.self();
    private static final FileNote NOTE = new FileNote("/out", 1, 2, 3);

    @TempDir Path directory;

    private ActorTestKit kit;
    private TestProbe<JobNews> owner;
    private final FakeStarter starter = new FakeStarter();
    private final FakeImages images = new FakeImages();

    @BeforeEach
    void makeKit() {
        kit =
                ActorTestKit.create(
                        ConfigFactory.parseString("akka.actor.provider = local")
                                .withFallback(ConfigFactory.load()));
        owner = kit.createTestProbe();
    }

    @AfterEach
    void stopKit() {
        kit.shutdownTestKit();
    }

    @Test
    void aJobThatIsToEndWritesAnImageAndThenItsEndIsTold() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.End(LONG, Optional.of("held")));
        FakeImages.Asked asked = images.awaitRequest();
        assertThat(asked.after()).isEqualTo(After.EXIT);
        images.live = Optional.of(image(1));
        starter.listener.exited(exit(Signals.USR2));
        assertThat(owner.receiveMessage())
                .isEqualTo(new JobNews.Captured(image(1), CpuTime.of(exit(0))));
        assertThat(owner.receiveMessage())
                .isEqualTo(
                        new JobNews.Exited(
                                exit(Signals.USR2), new JobNews.Traces(true, List.of(NOTE))));
        assertThat(starter.orders).doesNotContain("terminate", "kill");
    }

    @Test
    void anImageThatIsAdoptedBeforeTheEndIsSeenIsToldOnce() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.End(LONG, Optional.of("held")));
        FakeImages.Asked asked = images.awaitRequest();
        images.live = Optional.of(image(1));
        asked.made().complete(Duration.ofMillis(5));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Captured(image(1), CpuTime.NONE));
        starter.listener.exited(exit(Signals.USR2));
        assertThat(owner.expectMessageClass(JobNews.Exited.class).traces().checkpointed()).isTrue();
    }

    @Test
    void aJobThatMakesNoImageInItsTimeIsKilled() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.End(Duration.ofMillis(20), Optional.of("held")));
        images.awaitRequest();
        starter.await("kill");
        starter.listener.exited(exit(Signals.KILL));
        assertThat(owner.receiveMessage())
                .isEqualTo(
                        new JobNews.Exited(
                                exit(Signals.KILL), new JobNews.Traces(false, List.of(NOTE))));
    }

    @Test
    void aStoppedJobIsAskedBeforeItIsLetGoOn() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        stop(job);
        job.tell(new JobActor.End(LONG, Optional.of("needed elsewhere")));
        images.awaitRequest();
        starter.await("resume");
        starter.await("signal 20");
        assertThat(images.requestedBefore).containsExactly(List.of());
    }

    @Test
    void aStoppedJobIsStoppedAgainWhenItsImageIsWritten() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        stop(job);
        job.tell(new JobActor.Checkpoint("periodic"));
        FakeImages.Asked asked = images.awaitRequest();
        starter.await("resume");
        starter.listener.continued();
        images.live = Optional.of(image(1));
        asked.made().complete(Duration.ofMillis(5));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Captured(image(1), CpuTime.NONE));
        starter.await("stop");
        starter.listener.stopped(1);
        job.tell(JobActor.Continue.INSTANCE);
        starter.await("resume");
        starter.listener.continued();
        // Neither its moment of running nor the second stop was anybody's business.
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Continued());
    }

    @Test
    void aStopDoesNotWaitForTheImageThatIsBeingWritten() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.Checkpoint("periodic"));
        images.awaitRequest();
        job.tell(JobActor.Stop.INSTANCE);
        starter.await("stop");
        starter.listener.stopped(1);
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Stopped(1));
    }

    @Test
    void anImageIsToldWithWhatTheRunHadUsedWhenItWasAskedFor() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        starter.used = new CpuTime(7, 2);
        job.tell(new JobActor.Checkpoint("periodic"));
        FakeImages.Asked asked = images.awaitRequest();
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Uses(starter.used, 1));
        images.live = Optional.of(image(1));
        asked.made().complete(Duration.ofMillis(5));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Captured(image(1), starter.used));
    }

    @Test
    void aSecondWishForAnImageIsPartOfTheFirst() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.Checkpoint("one"));
        FakeImages.Asked first = images.awaitRequest();
        job.tell(new JobActor.Checkpoint("two"));
        images.live = Optional.of(image(1));
        first.made().complete(Duration.ofMillis(5));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Captured(image(1), CpuTime.NONE));
        assertThat(images.requests).isEmpty();
    }

    @Test
    void anImageThatIsNotMadeIsToldAndTheNextWishIsANewOne() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.Checkpoint("one"));
        images.awaitRequest().made().completeExceptionally(new IllegalStateException("disk full"));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.NotCaptured("disk full"));
        job.tell(new JobActor.Checkpoint("two"));
        images.awaitRequest();
    }

    @Test
    void anImageThatTheStoreCannotTakeIsToldAndTheJobRunsOn() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.Checkpoint("periodic"));
        images.refusal = Optional.of("no room for a name");
        images.live = Optional.of(image(1));
        images.awaitRequest().made().complete(Duration.ofMillis(5));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.NotCaptured("no room for a name"));

        images.refusal = Optional.empty();
        starter.listener.exited(exit(Signals.KILL));
        assertThat(owner.receiveMessage())
                .isEqualTo(new JobNews.Captured(image(1), CpuTime.of(exit(0))));
        assertThat(owner.expectMessageClass(JobNews.Exited.class).traces().checkpointed())
                .isFalse();
    }

    @Test
    void aProgramThatLeavesAnImageThatTheStoreCannotTakeIsNotCheckpointed() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.End(LONG, Optional.of("held")));
        images.awaitRequest();
        images.refusal = Optional.of("no room for a name");
        images.live = Optional.of(image(1));
        starter.listener.exited(exit(Signals.USR2));
        assertThat(owner.expectMessageClass(JobNews.Exited.class).traces())
                .isEqualTo(JobNews.Traces.NONE);
    }

    @Test
    void aProgramThatCheckpointsItselfAndEndsIsCheckpointed() {
        running(true);
        images.live = Optional.of(image(1));
        starter.listener.exited(exit(Signals.USR2));
        assertThat(owner.receiveMessage())
                .isEqualTo(new JobNews.Captured(image(1), CpuTime.of(exit(0))));
        assertThat(owner.expectMessageClass(JobNews.Exited.class).traces().checkpointed()).isTrue();
    }

    @Test
    void aDeathBySigusr2WithoutAnImageIsNoCheckpoint() {
        running(true);
        starter.listener.exited(exit(Signals.USR2));
        assertThat(owner.expectMessageClass(JobNews.Exited.class).traces().checkpointed())
                .isFalse();
    }

    @Test
    void theImageOfARunThatIsLostIsFound() {
        running(true);
        images.live = Optional.of(image(1));
        starter.listener.lost("the machine went down");
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Captured(image(1), CpuTime.NONE));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Lost("the machine went down"));
    }

    @Test
    void anImageThatWasFinishedWhileNoNodeWasThereIsFound() {
        images.live = Optional.of(image(1));
        kit.spawn(
                JobActor.attach(
                        surroundings(), spec(true), Sandbox.at(directory.resolve("run")), owner()));
        await().until(() -> starter.listener != null);
        starter.listener.found(starter, Optional.of(PROCESS), false);
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Found(PROCESS.pid(), false));
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Captured(image(1), CpuTime.NONE));
    }

    @Test
    void aJobThatWantsNoImagesIsKilledAtOnce() throws Exception {
        ActorRef<JobActor.Command> job = running(false);
        job.tell(new JobActor.Checkpoint("periodic"));
        assertThat(owner.expectMessageClass(JobNews.NotCaptured.class).reason())
                .contains("WantCheckpoint");
        job.tell(new JobActor.End(LONG, Optional.of("held")));
        starter.await("kill");
        assertThat(images.requests).isEmpty();
    }

    @Test
    void aJobThatIsRemovedNeedsNoImage() throws Exception {
        ActorRef<JobActor.Command> job = running(true);
        job.tell(new JobActor.End(LONG, Optional.empty()));
        starter.await("terminate");
        assertThat(images.requests).isEmpty();
    }

    @Test
    void aJobWhoseLockIsTakenStillRuns() {
        start(true);
        starter.listener.notStarted("locked", 11);
        assertThat(owner.receiveMessage())
                .isEqualTo(new JobNews.StartFailed("locked", 11, JobNews.Obstacle.STILL_RUNS));
    }

    @Test
    void whatTheRunGoesOnFromIsTold() throws Exception {
        JobNews.Origin origin = new JobNews.Origin(OptionalInt.of(3), List.of("image 4: damaged"));
        images.origin = origin;
        running(true, origin);
    }

    // --- the stage

    private ActorRef<JobActor.Command> start(boolean wanted) {
        JobActor.Surroundings surroundings = surroundings();
        JobSpec spec = spec(wanted);
        Sandbox sandbox = Sandbox.at(directory.resolve("run"));
        ActorRef<JobActor.Command> job =
                kit.spawn(
                        JobActor.start(
                                surroundings,
                                spec,
                                sandbox,
                                Preparation.begin(surroundings, spec, sandbox, ClassAd.EMPTY),
                                false,
                                owner()));
        starter.await("launch");
        return job;
    }

    private ActorRef<JobActor.Command> running(boolean wanted) {
        return running(wanted, JobNews.Origin.BEGINNING);
    }

    private ActorRef<JobActor.Command> running(boolean wanted, JobNews.Origin origin) {
        ActorRef<JobActor.Command> job = start(wanted);
        starter.listener.started(starter, PROCESS, 1000);
        assertThat(owner.receiveMessage())
                .isEqualTo(new JobNews.Started(PROCESS.pid(), 1000, origin));
        return job;
    }

    private void stop(ActorRef<JobActor.Command> job) {
        job.tell(JobActor.Stop.INSTANCE);
        starter.await("stop");
        starter.listener.stopped(1);
        assertThat(owner.receiveMessage()).isEqualTo(new JobNews.Stopped(1));
    }

    private java.util.function.Consumer<JobNews> owner() {
        return news -> {
            if (!(news instanceof JobNews.Capturing)) {
                owner.getRef().tell(news);
            }
        };
    }

    private JobActor.Surroundings surroundings() {
        return new JobActor.Surroundings(
                starter,
                PlainSandboxes.make(),
                images,
                (spec, sandbox) -> new NoLog(),
                Runnable::run,
                LONG,
                LONG);
    }

    private JobSpec spec(boolean wanted) {
        return new JobSpec(
                        "1.0",
                        1,
                        0,
                        "slot1",
                        Optional.empty(),
                        "/bin/true",
                        List.of("true"),
                        Map.of(),
                        Optional.of("/"),
                        "/dev/null",
                        "/dev/null",
                        "/dev/null",
                        Signals.TERM,
                        Optional.empty(),
                        ClassAd.EMPTY,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .with(
                        new Checkpointing(
                                new JobId(1, 0),
                                directory.resolve("live"),
                                wanted,
                                List.of(),
                                0,
                                List.of()));
    }

    private static ImageRecord image(int generation) {
        HostFacts host = new HostFacts("here", "6.1", 62, "cpu", 0, 0);
        return new ImageRecord(
                generation, 1, 4096, "d" + generation, host, "/bin/p", "x", 1, 2, "why", "library");
    }

    private static JobExit exit(int signal) {
        return new JobExit(0, signal, false, false, 1, 1, 1, 1000, 2000);
    }

    /** Notes what it is asked for and does nothing. */
    private static final class FakeStarter implements Starters, Starters.Starter {
        volatile CpuTime used = CpuTime.NONE;
        private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();
        private volatile Listener listener;

        void await(String order) {
            try {
                assertThat(orders.poll(20, TimeUnit.SECONDS)).isEqualTo(order);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(order, e);
            }
        }

        @Override
        public void launch(
                Path directory, JobSpec spec, Placement placement, boolean stopped, Listener news) {
            listener = news;
            orders.add("launch");
        }

        @Override
        public void attach(Path directory, Listener news) {
            listener = news;
        }

        @Override
        public void stop() {
            orders.add("stop");
        }

        @Override
        public void resume() {
            orders.add("resume");
        }

        @Override
        public void terminate() {
            orders.add("terminate");
        }

        @Override
        public void signal(int signal) {
            orders.add("signal " + signal);
        }

        @Override
        public void kill() {
            orders.add("kill");
        }

        @Override
        public void measure() {
            if (!used.equals(CpuTime.NONE)) {
                listener.uses(used, 1);
            }
        }

        @Override
        public CompletionStage<Void> dismiss() {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** A store with at most one image that is not adopted yet. */
    private final class FakeImages implements Images {
        private record Asked(After after, CompletableFuture<Duration> made) {}

        private final BlockingQueue<Asked> requests = new LinkedBlockingQueue<>();

        /** What the starter had been asked for, and the test had not looked at, at each request. */
        private final List<List<String>> requestedBefore = new java.util.ArrayList<>();

        private volatile Optional<ImageRecord> live = Optional.empty();
        private volatile JobNews.Origin origin = JobNews.Origin.BEGINNING;
        private volatile Optional<String> refusal = Optional.empty();

        Asked awaitRequest() throws InterruptedException {
            Asked asked = requests.poll(20, TimeUnit.SECONDS);
            assertThat(asked).isNotNull();
            return asked;
        }

        @Override
        public Beginning begin(JobSpec spec, Starters.Placement placement) {
            return new Beginning(placement, origin, Optional.empty());
        }

        @Override
        public CompletionStage<Duration> capture(
                ProcessIdentity process, JobSpec job, After after, Duration timeout) {
            requestedBefore.add(List.copyOf(starter.orders));
            Asked asked = new Asked(after, new CompletableFuture<>());
            requests.add(asked);
            return asked.made();
        }

        @Override
        public CaptureProgress progress(JobSpec job, long sinceMillis) {
            return new CaptureProgress(sinceMillis, 0, 0, "");
        }

        @Override
        public Optional<ImageRecord> adopt(JobSpec job, int next, String reason, Duration took)
                throws IOException {
            if (refusal.isPresent()) {
                throw new IOException(refusal.get());
            }
            return live.filter(image -> image.generation() >= next);
        }

        @Override
        public FileCheckpoints fileCheckpoints(JobSpec job) {
            throw new UnsupportedOperationException("these jobs do not checkpoint themselves");
        }

        @Override
        public List<FileNote> outputs(JobSpec job) {
            return List.of(NOTE);
        }
    }

    /** A log that nobody reads. */
    private static final class NoLog implements JobLogs.Log {
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
    }
}
