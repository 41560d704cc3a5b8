// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GroupCommitTest {

    @TempDir Path directory;
    private final FaultyStorage.Disk disk = new FaultyStorage.Disk();
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void disarm() {
        FailPoint.disarm("journal.before-commit");
    }

    @Test
    void writesThatWaitedTogetherShareOneCommit() {
        try (TestJournal journal = open()) {
            List<CompletableFuture<Void>> writes = behindAClosedGate(journal, 100);
            long before = journal.writer.statistics().commits();
            gate.countDown();
            join(writes);
            // The write that held the gate, and one for all the others.
            assertThat(journal.writer.statistics().commits() - before).isEqualTo(2);
            for (int i = 1; i <= 100; i++) {
                assertThat(journal.events("id" + i)).containsExactly(1L);
            }
        }
    }

    @Test
    void aFullQueueRefusesAtOnceAndForgetsNothingItAccepted() {
        try (TestJournal journal = open("max-queued-writes = 10")) {
            List<CompletableFuture<Void>> writes = behindAClosedGate(journal, 10);
            CompletableFuture<Void> tooMuch = journal.write("late", 1);
            assertThat(tooMuch).isCompletedExceptionally();
            assertThatThrownBy(tooMuch::join).hasCauseInstanceOf(JournalException.Overloaded.class);
            gate.countDown();
            join(writes);
            assertThat(journal.events("late")).isEmpty();
            journal.write("late", 1).join();
        }
    }

    @Test
    void theBytesThatWaitAreLimitedToo() {
        try (TestJournal journal = open("max-queued-size = 10 KiB")) {
            List<CompletableFuture<Void>> writes = behindAClosedGate(journal, 1);
            writes.add(journal.write("a", 1, "x".repeat(9_000)));
            assertThatThrownBy(() -> journal.write("b", 1, "x".repeat(9_000)).join())
                    .hasCauseInstanceOf(JournalException.Overloaded.class);
            gate.countDown();
            join(writes);
        }
    }

    @Test
    void aRefusedWriteStillLetsReadersWaitForTheAcceptedOneBefore() {
        try (TestJournal journal = open("max-queued-writes = 1")) {
            List<CompletableFuture<Void>> writes = behindAClosedGate(journal, 1);
            assertThat(journal.write("id1", 2)).isCompletedExceptionally();
            assertThat(journal.writer.settled("id1")).isNotDone();
            gate.countDown();
            join(writes);
            journal.writer.settled("id1").join();
            assertThat(journal.events("id1")).containsExactly(1L);
        }
    }

    @Test
    void onlyTheBadMemberOfAFailedBatchFails() {
        disk.breaksOn = contains("poison");
        try (TestJournal journal = open()) {
            List<CompletableFuture<Void>> writes = behindAClosedGate(journal, 20);
            CompletableFuture<Void> bad = journal.write("bad", 1, "poison");
            CompletableFuture<Void> after = journal.write("after", 1);
            gate.countDown();
            join(writes);
            after.join();
            assertThatThrownBy(bad::join)
                    .hasCauseInstanceOf(JournalException.Failed.class)
                    .hasMessageContaining("input/output error");
            assertThat(journal.events("bad")).isEmpty();
            assertThat(journal.events("id20")).containsExactly(1L);
        }
    }

    @Test
    void aLaterWriteOfAnIdWhoseEarlierOneFailedFailsToo() {
        disk.breaksOn = contains("poison");
        try (TestJournal journal = open()) {
            List<CompletableFuture<Void>> writes = behindAClosedGate(journal, 1);
            CompletableFuture<Void> bad = journal.write("a", 1, "poison");
            CompletableFuture<Void> next = journal.write("a", 2);
            gate.countDown();
            join(writes);
            assertThat(bad.handle((ok, error) -> error != null).join()).isTrue();
            assertThat(next.handle((ok, error) -> error != null).join()).isTrue();
            assertThat(journal.events("a")).isEmpty();
        }
    }

    @Test
    void theDatabaseIsOpenedAgainAfterAFailureAndGoesOn() {
        try (TestJournal journal = open()) {
            journal.write("a", 1).join();
            disk.breaksOn = batch -> true;
            assertThatThrownBy(() -> journal.write("a", 2).join())
                    .hasCauseInstanceOf(JournalException.Failed.class);
            assertThat(journal.events("a")).containsExactly(1L);
            disk.breaksOn = batch -> false;
            journal.write("a", 2).join();
            assertThat(journal.events("a")).containsExactly(1L, 2L);
            assertThat(disk.opened).hasValue(3); // for a second attempt, and after it
        }
    }

    @Test
    void aWriteThatWasStoredBeforeTheFailureIsASuccess() {
        try (TestJournal journal = open()) {
            disk.breaksOn = contains("lucky");
            disk.storesBeforeFailing = true;
            journal.write("a", 1, "lucky").join();
            assertThat(journal.events("a")).containsExactly(1L);
        }
    }

    @Test
    void whileTheDiskIsGoneEverythingFailsAndAllIsWellWhenItIsBack() {
        try (TestJournal journal = open()) {
            journal.write("a", 1).join();
            disk.gone = true;
            disk.breaksOn = batch -> true;
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> journal.write("a", 2).join())
                        .hasCauseInstanceOf(JournalException.Failed.class);
                assertThatThrownBy(() -> journal.events("a"))
                        .isInstanceOf(JournalException.Failed.class);
            }
            disk.gone = false;
            disk.breaksOn = batch -> false;
            assertThat(journal.events("a")).containsExactly(1L);
            journal.write("a", 2).join();
            assertThat(journal.events("a")).containsExactly(1L, 2L);
        }
    }

    @Test
    void aDeletionSeesWhatWasQueuedBeforeItAndKeepsTheHighestNumber() {
        try (TestJournal journal = open()) {
            List<CompletableFuture<Void>> writes = behindAClosedGate(journal, 1);
            LongStream.rangeClosed(1, 10).forEach(n -> writes.add(journal.write("a", n)));
            writes.add(journal.deleteTo("a", 7));
            writes.add(journal.write("a", 11));
            gate.countDown();
            join(writes);
            assertThat(journal.events("a")).containsExactly(8L, 9L, 10L, 11L);
            journal.deleteTo("a", Long.MAX_VALUE).join();
            assertThat(journal.events("a")).isEmpty();
            assertThat(journal.highest("a")).isEqualTo(11);
        }
    }

    @Test
    void aLongDeletionIsDoneInStepsAndCompactsTheTables() {
        try (TestJournal journal = open("sync = off", "compact-after-deletes = 10000")) {
            List<CompletableFuture<Void>> writes = new ArrayList<>();
            LongStream.rangeClosed(1, 12_000).forEach(n -> writes.add(journal.write("a", n)));
            join(writes);
            journal.deleteTo("a", 11_999).join();
            assertThat(journal.events("a")).containsExactly(12_000L);
            assertThat(journal.highest("a")).isEqualTo(12_000);
            assertThat(journal.writer.statistics().deletedKeys()).isGreaterThanOrEqualTo(11_999);
        }
    }

    @Test
    void closingStoresWhatIsQueuedAndRefusesWhatComesLater() {
        List<CompletableFuture<Void>> writes;
        TestJournal journal = open();
        writes = behindAClosedGate(journal, 50);
        gate.countDown();
        journal.close();
        join(writes);
        assertThatThrownBy(() -> journal.write("late", 1).join())
                .hasCauseInstanceOf(JournalException.Overloaded.class);
        try (TestJournal again = open()) {
            assertThat(again.events("id50")).containsExactly(1L);
        }
    }

    private TestJournal open(String... overrides) {
        return new TestJournal(TestJournal.settings(directory, overrides), disk);
    }

    /** Holds the writer in its first commit while so many writes queue behind it. */
    private List<CompletableFuture<Void>> behindAClosedGate(TestJournal journal, int count) {
        CountDownLatch reached = new CountDownLatch(1);
        FailPoint.arm(
                "journal.before-commit",
                () -> {
                    FailPoint.disarm("journal.before-commit");
                    reached.countDown();
                    await(gate);
                });
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        writes.add(journal.write("gate", 1));
        await(reached);
        for (int i = 1; i <= count; i++) {
            writes.add(journal.write("id" + i, 1));
        }
        return writes;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(List<CompletableFuture<Void>> futures) {
        futures.forEach(CompletableFuture::join);
    }

    private static Predicate<Batch> contains(String text) {
        return batch ->
                batch.changes().stream()
                        .anyMatch(
                                change ->
                                        change.value() != null
                                                && new String(
                                                                change.value(),
                                                                StandardCharsets.ISO_8859_1)
                                                        .contains(text));
    }
}
