// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import roost.api.ApiEvent;
import roost.api.ImageAd;
import roost.capture.HostFacts;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.NodeAddress;
import roost.image.ImageRecord;
import roost.image.ImageStore;
import roost.job.CpuTime;
import roost.job.Initiator;
import roost.job.JobExit;
import roost.userlog.JobEvent;
import roost.userlog.UserLogEntry;

/** What users, subscribers and operators see of a job's images and evictions. */
class SavedWorkSeenTest {
    private static final JobId ID = new JobId(7, 2);
    private static final NodeAddress HOST = new NodeAddress("127.0.0.1", 9618);
    private static final String THERE = "<127.0.0.2:9618>";
    private static final ClassAd AD = ClassAd.builder().put("Owner", "ann").build();
    private static final CpuTime USED = new CpuTime(62, 3.5);
    private static final long START = 1_000_000;

    private JobState state =
            new JobState.Idle(START, JobState.Totals.ZERO)
                    .apply(new JobChange.Matched(START, "slot1@vm", 1, "/x", THERE))
                    .apply(JobChange.Started.fresh(START, 99));

    @Test
    void anImageOfAJobThatGoesOnIsACheckpointAndASize() {
        assertThat(events(taken(1, START + 10_000)))
                .containsExactly(
                        new JobEvent.ImageSize(
                                4,
                                java.util.OptionalLong.empty(),
                                java.util.OptionalLong.empty(),
                                java.util.OptionalLong.empty()),
                        new JobEvent.Checkpointed(
                                new JobEvent.Usage(Duration.ofSeconds(62), Duration.ofMillis(3500)),
                                JobEvent.Usage.NONE,
                                4000));
    }

    @Test
    void anImageOfAJobThatIsVacatedIsItsEvictionOnly() {
        events(wanted(JobChange.Purpose.REQUEUE));
        assertThat(events(taken(1, START + 10_000)))
                .singleElement()
                .isInstanceOf(JobEvent.ImageSize.class);
        assertThat(events(ended(true, 0.5, JobChange.Fate.REQUEUE)))
                .containsExactly(
                        new JobEvent.Evicted(
                                new JobEvent.Evicted.WithCheckpoint(),
                                JobEvent.Usage.NONE,
                                JobEvent.Usage.NONE,
                                4000,
                                0,
                                Optional.of(
                                        "via condor_vacate (by user ann); 0.5 s of work lost")));
    }

    @Test
    void anEvictionWithoutAnImageSaysSo() {
        assertThat(events(ended(false, 12, JobChange.Fate.REQUEUE)))
                .singleElement()
                .isInstanceOfSatisfying(
                        JobEvent.Evicted.class,
                        event -> {
                            assertThat(event.outcome())
                                    .isEqualTo(new JobEvent.Evicted.WithoutCheckpoint());
                            assertThat(event.bytesSent()).isZero();
                            assertThat(event.reason().orElse("")).endsWith("12.0 s of work lost");
                        });
    }

    @Test
    void aProgramThatEndedAndIsToRunAgainWasRequeued() {
        JobExit exit = new JobExit(3, 0, false, false, 62, 3.5, 1, START, START + 20_000);
        assertThat(
                        events(
                                JobChange.Ended.of(exit, List.of())
                                        .decided(
                                                JobChange.Fate.REQUEUE,
                                                "OnExitRemove is false",
                                                Optional.empty())))
                .containsExactly(
                        new JobEvent.Evicted(
                                new JobEvent.Evicted.Requeued(new JobEvent.Exited(3)),
                                new JobEvent.Usage(Duration.ofSeconds(62), Duration.ofMillis(3500)),
                                JobEvent.Usage.NONE,
                                0,
                                0,
                                Optional.of("OnExitRemove is false")));
    }

    @Test
    void damagedImagesThatWerePassedOverAreInTheLog() {
        state =
                new JobState.Matched(START, JobState.Totals.ZERO, "slot1@vm", 2, "/x", THERE)
                        .apply(taken(1, START));
        assertThat(
                        events(
                                new JobChange.Started(
                                        START,
                                        99,
                                        1,
                                        List.of("image 2 is damaged: sum of block 3"))))
                .containsExactly(
                        new JobEvent.RemoteError(
                                "starter", THERE, "image 2 is damaged: sum of block 3", false),
                        new JobEvent.Executing(THERE));
    }

    @Test
    void theNodeWhereTheJobRunsIsInTheLogAndInTheAd() {
        state = new JobState.New();
        assertThat(events(new JobChange.Submitted(START)))
                .containsExactly(new JobEvent.Submitted(HOST.sinful(), Optional.empty()));
        events(new JobChange.Matched(START, "slot1@away", 1, "/x", THERE));
        assertThat(events(JobChange.Started.fresh(START, 99)))
                .containsExactly(new JobEvent.Executing(THERE));
        ClassAd ad = JobAds.now(AD, state);
        assertThat(ad.getString("StartdIpAddr")).contains(THERE);
        assertThat(ad.getString("RemoteHost")).contains("slot1@away");
        assertThat(ad.getString("RoostNode")).contains("away");
    }

    @Test
    void aRunWhoseJournalDoesNotSayWhereItIsCountsAsTheQueuesOwn() throws IOException {
        String journaled =
                "{\"change\":\"Matched\",\"at\":1,\"slot\":\"slot1@vm\",\"run\":1,\"directory\":\"/x\"}";
        state = new JobState.Idle(START, JobState.Totals.ZERO);
        events(new ObjectMapper().readValue(journaled, JobChange.class));
        assertThat(events(JobChange.Started.fresh(START, 99)))
                .containsExactly(new JobEvent.Executing(HOST.sinful()));
        assertThat(JobAds.now(AD, state).has("StartdIpAddr")).isFalse();
    }

    @Test
    void theAdTellsOfImagesAndOfTheLastEviction() {
        ClassAd fresh = JobAds.now(AD, state);
        assertThat(fresh.getInteger("NumCkpts")).hasValue(0);
        assertThat(fresh.has("LastCkptTime")).isFalse();
        events(taken(1, START + 10_000));
        events(ended(false, 12, JobChange.Fate.REQUEUE));
        ClassAd ad = JobAds.now(AD, state);
        assertThat(ad.getInteger("NumCkpts")).hasValue(1);
        assertThat(ad.getInteger("NumRestarts")).hasValue(0);
        assertThat(ad.getInteger("CommittedTime")).hasValue(10);
        assertThat(ad.getInteger("LastCkptTime")).hasValue((START + 10_000) / 1000);
        assertThat(ad.getInteger("LastVacateTime")).hasValue((START + 20_000) / 1000);
        assertThat(ad.getString("CkptArch")).contains("X86_64");
        assertThat(ad.getString("LastCheckpointPlatform"))
                .contains("LINUX X86_64 6.1 normal N/A 1f");
        assertThat(ad.getString("RoostLastEvictionBy")).contains("USER");
        assertThat(ad.getString("RoostLastEvictionReason"))
                .contains("via condor_vacate (by user ann)");
        assertThat(ad.getReal("RoostLastEvictionWorkLost")).hasValue(12.0);
        assertThat(ad.getReal("RoostWorkLost")).hasValue(12.0);
    }

    @Test
    void aRunThatIsLostHasUsedWhatItsLastImageKnew() {
        events(taken(1, START + 10_000));
        assertThat(JobAds.now(AD, state).getReal("RemoteUserCpu")).hasValue(62.0);
        var lost =
                new JobChange.Lost(
                        START + 20_000,
                        "gone",
                        JobChange.Fate.REQUEUE,
                        Optional.empty(),
                        ((JobState.Running) state).used());
        assertThat(events(lost))
                .singleElement()
                .isInstanceOfSatisfying(
                        JobEvent.Evicted.class,
                        event -> assertThat(event.runRemote().user()).hasSeconds(62));
        ClassAd ad = JobAds.now(AD, state);
        assertThat(ad.getReal("RemoteUserCpu")).hasValue(62.0);
        assertThat(ad.getReal("BytesSent")).hasValue(4000.0);
    }

    @Test
    void whyThereIsNoNewerImageIsInTheAdTheLogAndTheEvictionUntilThereIsOne() {
        events(taken(1, START + 10_000));
        assertThat(events(new JobChange.ImageFailed(START + 15_000, "no space")))
                .containsExactly(
                        new JobEvent.RemoteError(
                                "starter", THERE, "no image was made: no space", false));
        assertThat(JobAds.now(AD, state).getString("RoostImageProblem")).contains("no space");
        assertThat(state.totals().saved().newest()).isPresent();
        state = state.apply(wanted(JobChange.Purpose.REQUEUE));
        JobExit exit = new JobExit(0, 9, false, true, 1, 1, 1, START, START + 20_000);
        assertThat(JobEnd.eviction((JobState.Running) state, exit, true, false).why())
                .endsWith("; no image was complete in time: no space");
        events(taken(2, START + 18_000));
        assertThat(JobAds.now(AD, state).has("RoostImageProblem")).isFalse();
    }

    @Test
    void imagesAreListedNewestFirstWithWhatIsBeingWritten() {
        events(taken(1, START + 10_000));
        events(taken(2, START + 20_000));
        JobReport.ImageNews news =
                new JobReport.ImageNews(
                        ID, JobReport.ImageNews.Kind.WRITING, 5, 50, START, "a socket is open");
        List<ClassAd> ads =
                new ImageAds(new ImageStore(Path.of("/spool")))
                        .of(ID, "ann", state, Optional.of(news));
        assertThat(ads).hasSize(3);
        assertThat(ads.get(0).getString(ImageAd.STATE)).contains(ImageAd.WRITING);
        assertThat(ads.get(0).getString(ImageAd.WAITS_FOR)).contains("a socket is open");
        assertThat(ads.get(1).getInteger(ImageAd.GENERATION)).hasValue(2);
        assertThat(ads.get(1).getReal(ImageAd.PAUSE)).hasValue(0.0021);
        assertThat(ads.get(2).getInteger(ImageAd.GENERATION)).hasValue(1);
        assertThat(ads.get(2).getString(ImageAd.PATH).orElse("")).startsWith("/spool/7/2/");
    }

    @Test
    void subscribersAreToldOfImagesAndEvictions() {
        JobState before = state;
        JobChange taken = taken(3, START + 10_000);
        state = state.apply(taken);
        assertThat(JobNotices.of(ID, "ann", before, state, List.of(taken)))
                .containsExactly(
                        new ApiEvent.ImageTaken(
                                START + 10_000, ID, "ann", 3, 4000, 2100, 1500, "periodic"));
        before = state;
        JobChange ended = ended(true, 0.25, JobChange.Fate.REQUEUE);
        state = state.apply(ended);
        assertThat(JobNotices.of(ID, "ann", before, state, List.of(ended)))
                .containsExactly(
                        new ApiEvent.JobEvicted(
                                START + 20_000,
                                ID,
                                "ann",
                                "slot1@vm",
                                "USER",
                                "via condor_vacate (by user ann)",
                                true,
                                250),
                        new ApiEvent.JobChanged(
                                START + 20_000,
                                ID,
                                "ann",
                                Optional.of("Running"),
                                "Idle",
                                "Ended"));
    }

    @Test
    void imagesAndWorkAreCounted() {
        JobTally tally = new JobTally();
        SavedWork before = state.totals().saved();
        events(taken(1, START + 10_000));
        tally.worked(before, state.totals().saved());
        before = state.totals().saved();
        events(ended(false, 1.5, JobChange.Fate.REQUEUE));
        tally.worked(before, state.totals().saved());
        assertThat(tally.images()).isEqualTo(1);
        assertThat(tally.imageBytes()).isEqualTo(4000);
        assertThat(tally.pauseMicros()).isEqualTo(2100);
        assertThat(tally.savedMicros()).isEqualTo(10_000_000);
        assertThat(tally.lostMicros()).isEqualTo(1_500_000);
    }

    /** Makes the change, and tells what the log says of it. */
    private List<JobEvent> events(JobChange change) {
        state = state.apply(change);
        return JobLogEntries.of(ID, change, state, HOST).stream().map(UserLogEntry::event).toList();
    }

    private static JobChange taken(int generation, long at) {
        ImageRecord image =
                new ImageRecord(
                        generation,
                        at,
                        4000,
                        "ab",
                        new HostFacts("vm", "6.1", 62, "cpu", 0x1f, 7),
                        "/bin/prog",
                        "cd",
                        2100,
                        1500,
                        "periodic",
                        "library");
        return new JobChange.ImageTaken(at, image, 2, USED);
    }

    private static JobChange wanted(JobChange.Purpose purpose) {
        return new JobChange.EndRequested(START, purpose, Initiator.USER, "", false);
    }

    private static JobChange ended(boolean checkpointed, double lost, JobChange.Fate fate) {
        String why = "via condor_vacate (by user ann)";
        return new JobChange.Ended(
                START + 20_000,
                0,
                12,
                false,
                0,
                0,
                0,
                fate,
                why,
                Optional.of(new Eviction(Initiator.USER, why, checkpointed, lost)),
                List.of());
    }
}
