// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plugin under real event sourced actors. */
@Timeout(60)
class LevelDbJournalTest {

    @TempDir Path directory;
    private ActorTestKit kit;

    @BeforeEach
    void start() {
        start("max-record-size = 10 KiB");
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        FailPoint.disarm("journal.before-commit");
    }

    @Test
    void anActorRecoversWhatItPersistedAfterARestartOfTheSystem() {
        ask("a", "one");
        assertThat(ask("a", "two")).isEqualTo("one,two");
        restart();
        assertThat(ask("a", "three")).isEqualTo("one,two,three");
    }

    @Test
    void snapshotsReplaceTheEventsTheyInclude() {
        for (int i = 1; i <= 25; i++) {
            ask("snap", "e" + i);
        }
        JournalScan.Entry stored = awaitSnapshot("snap", 20);
        assertThat(stored.events()).hasSize(5);
        assertThat(stored.highestSequenceNr()).isEqualTo(25);
        restart();
        assertThat(ask("snap", "last")).startsWith("e1,e2,e3").endsWith("e25,last");
    }

    @Test
    void anEventThatIsTooLargeIsRejectedAndTheActorGoesOnAfterItsRestart() {
        ask("a", "one");
        TestProbe<String> probe = kit.createTestProbe();
        ActorRef<Ask> actor = kit.spawn(Texts.create("a"));
        actor.tell(new Ask("x".repeat(20_000), probe.getRef()));
        probe.expectTerminated(actor, Duration.ofSeconds(10));
        assertThat(ask("a", "two")).isEqualTo("one,two");
    }

    @Test
    void anActorRestartedWhileItsWriteWaitsSeesThatWrite() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        ActorRef<Ask> first = kit.spawn(Texts.create("a"));
        TestProbe<String> probe = kit.createTestProbe();
        FailPoint.arm(
                "journal.before-commit",
                () -> {
                    FailPoint.disarm("journal.before-commit");
                    reached.countDown();
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        first.tell(new Ask("one", probe.getRef()));
        reached.await();
        kit.stop(first);
        ActorRef<Ask> second = kit.spawn(Texts.create("a"));
        second.tell(new Ask("two", probe.getRef()));
        gate.countDown();
        assertThat(probe.receiveMessage(Duration.ofSeconds(10))).isEqualTo("one,two");
    }

    @Test
    void aFailedWriteRestartsTheActorWhichThenGoesOn() {
        ask("a", "one");
        FailPoint.arm(
                "journal.before-commit",
                () -> {
                    FailPoint.disarm("journal.before-commit");
                    throw new JournalException.Full("injected", null);
                });
        ActorRef<Ask> actor = kit.spawn(Texts.create("a"));
        TestProbe<String> probe = kit.createTestProbe();
        actor.tell(new Ask("lost", probe.getRef()));
        actor.tell(new Ask("two", probe.getRef()));
        assertThat(probe.receiveMessage(Duration.ofSeconds(10))).isEqualTo("one,two");
    }

    @Test
    void theScanGivesEverythingOfAPrefixInOnePass() {
        for (int i = 0; i < 30; i++) {
            ask("claim|" + i, "e1");
            ask("claim|" + i, "e2");
        }
        ask("slot|1", "other");
        List<JournalScan.Entry> entries = scan("claim|");
        assertThat(entries).hasSize(30);
        assertThat(entries)
                .allSatisfy(
                        entry -> {
                            assertThat(entry.snapshot()).isEmpty();
                            assertThat(entry.highestSequenceNr()).isEqualTo(2);
                            assertThat(entry.events())
                                    .extracting(JournalScan.Event::payload)
                                    .containsExactly("e1", "e2");
                        });
        assertThat(scan("slot|")).extracting(JournalScan.Entry::persistenceId).hasSize(1);
        assertThat(scan("none")).isEmpty();
    }

    @Test
    void aMissingEventFailsRecoveryAndScanInsteadOfBeingSkipped() {
        for (int i = 1; i <= 5; i++) {
            ask("a", "e" + i);
        }
        JournalExtension.Opened journal = JournalExtension.of(kit.system());
        journal.writer()
                .submit(
                        new GroupCommit.Change(
                                "a",
                                0,
                                false,
                                (batch, storage) -> {
                                    batch.delete(Keys.event("a", 3));
                                    return true;
                                }))
                .join();
        assertThatThrownBy(() -> scan("a"))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("event 3 of a is missing");
        TestProbe<String> probe = kit.createTestProbe();
        probe.expectTerminated(kit.spawn(Texts.create("a")), Duration.ofSeconds(10));
    }

    @Test
    void statisticsCountCommits() {
        ask("a", "one");
        JournalExtension.Opened journal = JournalExtension.of(kit.system());
        assertThat(journal.statistics().commits()).isPositive();
        assertThat(journal.statistics().waiting()).isZero();
        assertThat(journal.refusal()).isEmpty();
    }

    private void start(String... overrides) {
        kit = ActorTestKit.create(TestJournal.config(directory, overrides));
    }

    private void restart() {
        kit.shutdownTestKit();
        start();
    }

    private List<JournalScan.Entry> scan(String prefix) {
        List<JournalScan.Entry> entries = new ArrayList<>();
        JournalScan.scan(JournalExtension.of(kit.system()), prefix, entries::add);
        return entries;
    }

    /** Retention works behind the answers: waits for its snapshot and the deletion it entails. */
    private JournalScan.Entry awaitSnapshot(String id, long sequenceNr) {
        return kit.createTestProbe()
                .awaitAssert(
                        Duration.ofSeconds(10),
                        () -> {
                            JournalScan.Entry entry = scan(id).get(0);
                            assertThat(entry.snapshot())
                                    .map(JournalScan.Snapshot::sequenceNr)
                                    .contains(sequenceNr);
                            return entry;
                        });
    }

    private String ask(String id, String text) {
        TestProbe<String> probe = kit.createTestProbe();
        ActorRef<Ask> actor = kit.spawn(Texts.create(id));
        actor.tell(new Ask(text, probe.getRef()));
        String answer = probe.receiveMessage(Duration.ofSeconds(10));
        kit.stop(actor);
        return answer;
    }

    private record Ask(String text, ActorRef<String> replyTo) {}

    /** Joins the texts it was told; a snapshot every ten, keeping one. */
    private static final class Texts extends EventSourcedBehavior<Ask, String, String> {

        private Texts(String id) {
            super(
                    PersistenceId.ofUniqueId(id),
                    SupervisorStrategy.restartWithBackoff(
                                    Duration.ofMillis(20), Duration.ofMillis(20), 0)
                            .withMaxRestarts(3));
        }

        static Behavior<Ask> create(String id) {
            return new Texts(id);
        }

        @Override
        public String emptyState() {
            return "";
        }

        @Override
        public CommandHandler<Ask, String, String> commandHandler() {
            return (state, ask) ->
                    Effect().persist(ask.text()).thenRun(after -> ask.replyTo().tell(after));
        }

        @Override
        public EventHandler<String, String> eventHandler() {
            return (state, event) -> state.isEmpty() ? event : state + "," + event;
        }

        @Override
        public RetentionCriteria retentionCriteria() {
            return RetentionCriteria.snapshotEvery(10, 1).withDeleteEventsOnSnapshot();
        }
    }
}
