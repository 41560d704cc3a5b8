// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiReply.JobResult;
import roost.api.ApiRequest;
import roost.api.ImageAd;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;
import roost.id.JobId;

/** What condor_q, condor_rm, condor_hold and condor_release print, to the byte. */
@Timeout(60)
class QueueGoldenTest {
    private static final long NOW = Instant.parse("2026-11-21T03:20:52Z").getEpochSecond();

    @TestFactory
    Stream<DynamicTest> listsAreThoseOfHTCondor() throws IOException {
        return Golden.tests("queue.txt", QueueGoldenTest::host);
    }

    @TestFactory
    Stream<DynamicTest> imagesAreListedWithTheirJobs() throws IOException {
        return Golden.tests("images.txt", QueueGoldenTest::host);
    }

    @TestFactory
    Stream<DynamicTest> actionsAreThoseOfHTCondor() throws IOException {
        return Golden.tests("actions.txt", QueueGoldenTest::host);
    }

    @Test
    void theReasonAndTheActionReachTheNode() {
        FakeHost host = host();
        host.run("condor_hold", "12.0", "-reason", "too hot");
        ApiRequest.ActOnJobs sent = host.api.last(ApiRequest.ActOnJobs.class);
        assertThat(sent.action()).isEqualTo(ApiRequest.JobAction.HOLD);
        assertThat(sent.reason()).contains("too hot");
        assertThat(sent.selection().ids()).containsExactly(new JobId(12, 0));
    }

    @Test
    void onATerminalLinesAreCutUnlessWideIsGiven() {
        FakeHost host = host();
        host.terminalColumns = 68;
        host.run("condor_q", "-nobatch");
        assertThat(host.stdout()).contains("sleep 6\n").doesNotContain("sleep 600\n");
        host.run("condor_q", "-nobatch", "-wide");
        assertThat(host.stdout()).contains("sleep 600\n");
    }

    @Test
    void aTerminalShowsHowFarTheImageOfALeavingJobIs() {
        FakeHost host = host();
        host.terminalColumns = 80;
        ClassAd taken =
                ClassAd.builder()
                        .putInt(ImageAd.GENERATION, 3)
                        .putInt(ImageAd.SIZE, 1L << 30)
                        .putReal(ImageAd.TOOK, 2.0)
                        .putReal(ImageAd.PAUSE, 0.5)
                        .build();
        JobId job = new JobId(12, 0);
        CompletableFuture<ApiReply.JobResults> reply = new CompletableFuture<>();
        host.api.answerLater(ApiRequest.ActOnJobs.class, request -> reply);
        host.api.answer(
                ApiRequest.QueryImages.class,
                query -> {
                    assertThat(query.constraint()).contains("(ClusterId == 12 && ProcId == 0)");
                    reply.complete(
                            new ApiReply.JobResults(
                                    List.of(
                                            new JobResult(
                                                    job,
                                                    JobOutcome.SUCCESS,
                                                    Optional.empty(),
                                                    Optional.of(taken)))));
                    return new ApiReply.Ads(List.of(writing(host, job)), List.of());
                });
        assertThat(host.run("condor_vacate_job", "-wait", "12.0")).isZero();
        assertThat(host.stdout())
                .contains("\r12.0: 256.0 MiB of 1024.0 MiB, 128.0 MiB/s")
                .endsWith(
                        "\rJob 12.0 vacated\n"
                                + "Job 12.0: image 3, 1024.0 MiB in 2.00 s (512.0 MiB/s),"
                                + " paused 500.0 ms\n");
    }

    @Test
    void aJobThatLeavesBeforeItIsAskedIsNoFailureOfItsGroup() {
        FakeHost host = host();
        JobResult left = new JobResult(new JobId(12, 1), JobOutcome.NOT_FOUND);
        JobResult held = new JobResult(new JobId(12, 0), JobOutcome.SUCCESS);
        host.api.answer(
                ApiRequest.ActOnJobs.class,
                request -> new ApiReply.JobResults(List.of(held, left)));
        assertThat(host.run("condor_hold", "-constraint", "true")).isZero();
        assertThat(host.stderr()).isEmpty();
        host.api.answer(
                ApiRequest.ActOnJobs.class, request -> new ApiReply.JobResults(List.of(left)));
        assertThat(host.run("condor_hold", "-constraint", "true")).isEqualTo(1);
    }

    /** Begun two seconds ago. */
    private static ClassAd writing(FakeHost host, JobId job) {
        return ClassAd.builder()
                .putInt("ClusterId", job.cluster())
                .putInt("ProcId", job.proc())
                .put(ImageAd.STATE, ImageAd.WRITING)
                .putInt(ImageAd.SIZE, 1L << 28)
                .putInt(ImageAd.EXPECTED, 1L << 30)
                .putReal(ImageAd.CREATED, host.clock().millis() / 1000.0 - 2)
                .build();
    }

    private static FakeHost host() {
        FakeHost host = new FakeHost();
        host.api.answer(
                ApiRequest.QueryJobs.class,
                request -> new ApiReply.Ads(satisfying(jobs(), request), List.of()));
        host.api.answer(ApiRequest.ActOnJobs.class, QueueGoldenTest::act);
        host.api.answer(
                ApiRequest.QueryImages.class,
                request -> new ApiReply.Ads(images(request.constraint()), List.of()));
        return host;
    }

    private static List<ClassAd> satisfying(List<ClassAd> jobs, ApiRequest.QueryJobs request) {
        List<ClassAd> found = new ArrayList<>(jobs);
        Expr constraint = Expr.parse(request.constraint().orElse("true"));
        found.removeIf(
                ad -> !Evaluator.evaluate(constraint, ad, null, EvalContext.DEFAULT).isTrue());
        return found;
    }

    /**
     * Job 12.x obeys; 13.0 is somebody else's, 13.1 is in the wrong state, 13.2 is done already.
     */
    private static ApiReply.JobResults act(ApiRequest.ActOnJobs request) {
        List<JobResult> results = new ArrayList<>();
        for (JobId id : request.selection().ids()) {
            results.add(new JobResult(id, outcome(id)));
        }
        for (int cluster : request.selection().clusters()) {
            if (cluster <= 13) {
                results.add(new JobResult(new JobId(cluster, 0), outcome(new JobId(cluster, 0))));
            }
        }
        boolean many =
                request.selection().all()
                        || request.selection().constraint().isPresent()
                        || request.selection().owners().contains("coduser");
        if (many) {
            results.add(new JobResult(new JobId(12, 0), JobOutcome.SUCCESS));
        }
        return new ApiReply.JobResults(results);
    }

    private static JobOutcome outcome(JobId id) {
        if (id.cluster() == 12) {
            return JobOutcome.SUCCESS;
        }
        if (id.cluster() > 13) {
            return JobOutcome.NOT_FOUND;
        }
        return switch (id.proc()) {
            case 0 -> JobOutcome.PERMISSION_DENIED;
            case 1 -> JobOutcome.BAD_STATUS;
            case 2 -> JobOutcome.ALREADY_DONE;
            default -> JobOutcome.ERROR;
        };
    }

    private static List<ClassAd> jobs() {
        ClassAd running =
                job(12, 0, "coduser", 2)
                        .putInt("TotalSubmitProcs", 4)
                        .putInt("JobCurrentStartDate", NOW - 13)
                        .putReal("RemoteWallClockTime", 7200.0)
                        .putInt("NumCkpts", 2)
                        .putReal("CommittedTime", 5400.0)
                        .putReal("RemoteUserCpu", 2700.0)
                        .putReal("BytesSent", 2147491840.0)
                        .put("RemoteHost", "slot1@vm.local")
                        .putInt("ImageSize", 2458)
                        .build();
        ClassAd idle =
                job(12, 1, "coduser", 1)
                        .putInt("TotalSubmitProcs", 4)
                        .put("RoostAnalysis", "no slot has Memory of 99999 or more")
                        .build();
        ClassAd held =
                job(12, 2, "coduser", 5)
                        .putInt("TotalSubmitProcs", 4)
                        .put("HoldReason", "via condor_hold (by user coduser)")
                        .putInt("EnteredCurrentStatus", NOW - 60)
                        .build();
        ClassAd others =
                job(13, 0, "batchuser", 7)
                        .put("JobBatchName", "a long batch name")
                        .putInt("TotalSubmitProcs", 1)
                        .putInt("JobCurrentStartDate", NOW - 90_061)
                        .build();
        return List.of(others, held, running, idle);
    }

    private static List<ClassAd> images(Optional<String> constraint) {
        if (constraint.isPresent() && constraint.get().contains("99")) {
            return List.of();
        }
        ClassAd writing =
                image(12, 0, ImageAd.WRITING, NOW - 2.5, 262_144_000)
                        .putInt(ImageAd.EXPECTED, 1L << 30)
                        .build();
        ClassAd waiting =
                image(12, 1, ImageAd.WRITING, NOW - 60.0, 0)
                        .putInt(ImageAd.EXPECTED, 1L << 20)
                        .put(ImageAd.WAITS_FOR, "a socket is open")
                        .build();
        return List.of(writing, complete(3, NOW - 60), complete(2, NOW - 90_000), waiting);
    }

    private static ClassAd complete(int generation, double created) {
        return image(12, 0, ImageAd.COMPLETE, created, 1_073_745_920)
                .putInt(ImageAd.GENERATION, generation)
                .putReal(ImageAd.PAUSE, 0.0021 * generation)
                .putReal(ImageAd.TOOK, 1.5)
                .put(ImageAd.HOST, "vm.local")
                .put(ImageAd.REASON, "PERIODIC_CHECKPOINT")
                .build();
    }

    private static ClassAd.Builder image(
            int cluster, int proc, String state, double created, long bytes) {
        return ClassAd.builder()
                .putInt("ClusterId", cluster)
                .putInt("ProcId", proc)
                .put("Owner", "coduser")
                .put(ImageAd.STATE, state)
                .putReal(ImageAd.CREATED, created)
                .putInt(ImageAd.SIZE, bytes);
    }

    private static ClassAd.Builder job(int cluster, int proc, String owner, int status) {
        return ClassAd.builder()
                .putInt("ClusterId", cluster)
                .putInt("ProcId", proc)
                .put("Owner", owner)
                .putInt("JobStatus", status)
                .putInt("JobPrio", 0)
                .putInt("QDate", NOW - 3600)
                .put("Cmd", "/bin/sleep")
                .put("Args", "600")
                .putExpr("Requirements", "(TARGET.Memory >= RequestMemory)");
    }
}
