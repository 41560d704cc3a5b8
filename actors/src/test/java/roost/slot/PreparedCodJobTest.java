// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.classad.ClassAd;
import roost.config.CondorConfig;
import roost.config.ConfigSource;
import roost.id.SlotName;
import roost.job.JobActor;
import roost.job.JobNews;
import roost.job.JobSpec;
import roost.job.JobSpecs;
import roost.job.PlainSandboxes;
import roost.job.Starters;
import roost.job.UserLogs;

/** A COD job whose activation is not yet durable: its sandbox comes, and stays or goes. */
@Timeout(60)
class PreparedCodJobTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final SlotActor.CodKey KEY = new SlotActor.CodKey(7, 1);

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<Path> launched = kit.createTestProbe();
    private final TestProbe<JobNews> news = kit.createTestProbe();
    private ActorRef<SlotActor.Command> slot;
    private JobSpec spec;
    private Path sandbox;

    @TempDir Path directory;

    @BeforeEach
    void start() throws Exception {
        Path config = Files.createFile(directory.resolve("condor_config"));
        OwnerPolicy policy =
                OwnerPolicy.of(
                        CondorConfig.load(
                                ConfigSource.ofProcess()
                                        .withEnvironment(
                                                Map.of("CONDOR_CONFIG", config.toString()))));
        slot =
                kit.spawn(
                        SlotActor.create(
                                new SlotName(1, "here"),
                                new SlotActor.Settings(LONG, LONG, () -> policy),
                                surroundings(),
                                view -> ClassAd.EMPTY));
        slot.tell(SlotActor.Begin.INSTANCE);
        ClassAd ad = ClassAd.builder().put("Cmd", "/bin/true").build();
        spec =
                new JobSpecs(new JobSpecs.Settings("", List.of(), Optional.empty()))
                        .of(ad, "COD7", "slot1");
        sandbox = directory.resolve("dir_COD7");
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void theSandboxIsMadeAtOnceAndTheProgramStartedWhenItMay() {
        prepare();
        assertThat(sandbox.resolve(".job.ad")).exists();
        launched.expectNoMessage(Duration.ofMillis(50));
        slot.tell(new SlotActor.StartCod(KEY));
        assertThat(launched.receiveMessage()).isEqualTo(sandbox.resolveSibling("starter_dir_COD7"));
    }

    @Test
    void nothingIsLeftOfOneThatDoesNotCome() {
        prepare();
        slot.tell(new SlotActor.ExpectNoCod(KEY.claim()));
        settle();
        assertThat(directory.resolve("dir_COD7")).doesNotExist();
        assertThat(directory.resolve("starter_dir_COD7")).doesNotExist();
        launched.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void aSandboxThatCannotBeMadeIsToldOnlyWhenTheJobIsToStart() throws Exception {
        Files.createDirectory(sandbox);
        prepare();
        news.expectNoMessage(Duration.ofMillis(50));
        slot.tell(new SlotActor.StartCod(KEY));
        JobNews.StartFailed failed = news.expectMessageClass(JobNews.StartFailed.class);
        assertThat(failed.reason()).contains("cannot make sandbox");
    }

    @Test
    void aClosedSlotStartsItNoMoreAndSaysWhy() {
        TestProbe<SlotActor.SlotUpdate> closed = kit.createTestProbe();
        prepare();
        slot.tell(new SlotActor.Close(closed.getRef()));
        assertThat(closed.receiveMessage().acceptsBatch()).isFalse();
        slot.tell(new SlotActor.StartCod(KEY));
        JobNews.StartFailed failed = news.expectMessageClass(JobNews.StartFailed.class);
        assertThat(failed.reason()).isEqualTo("the node is stopping");
        settle();
        assertThat(sandbox).doesNotExist();
        launched.expectNoMessage(Duration.ofMillis(50));
    }

    private void prepare() {
        slot.tell(new SlotActor.PrepareCod(KEY, spec, sandbox, news.getRef()));
        settle();
    }

    /** The actor has done what it was told; disk work is done on its thread here. */
    private void settle() {
        TestProbe<ClassAd> answer = kit.createTestProbe();
        slot.tell(new SlotActor.Describe(answer.getRef()));
        answer.receiveMessage();
    }

    private JobActor.Surroundings surroundings() {
        return new JobActor.Surroundings(
                new Launches(launched.getRef()),
                PlainSandboxes.make(),
                null, // no job here has images
                new UserLogs("", null, spec -> null), // nor a log
                Runnable::run,
                LONG,
                LONG);
    }

    /** Tells what is launched, and launches nothing. */
    private record Launches(ActorRef<Path> told) implements Starters {
        @Override
        public void launch(
                Path starter, JobSpec spec, Placement placement, boolean stopped, Listener news) {
            told.tell(starter);
        }

        @Override
        public void attach(Path starter, Listener news) {
            throw new IllegalStateException("nothing to attach to");
        }
    }
}
