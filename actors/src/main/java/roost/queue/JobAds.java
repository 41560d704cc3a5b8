// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import roost.capture.HostFacts;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.job.CpuTime;
import roost.queue.JobState.Totals;

/** The job's ad as users see it: what was submitted, and where the job stands now. Pure. */
final class JobAds {
    private static final Pattern CLUSTER_MACRO =
            Pattern.compile("\\$\\(Cluster(Id)?\\)", Pattern.CASE_INSENSITIVE);

    private JobAds() {}

    /**
     * Completes the ad of a submitted proc: ids, owner, defaults. String values may name the
     * cluster as {@code $(Cluster)} or {@code $(ClusterId)}, because whoever wrote them could not
     * know it.
     *
     * @param queue the name of the node whose queue the job is in
     */
    static ClassAd submitted(
            ClassAd ad, JobId id, String queue, String owner, String domain, long atMillis) {
        long at = atMillis / 1000;
        ClassAd.Builder complete = ClassAd.builder();
        for (String name : ad.names()) {
            complete.putExpr(name, withCluster(ad.lookup(name).toString(), id.cluster()));
        }
        complete.putInt("ClusterId", id.cluster())
                .putInt("ProcId", id.proc())
                .put("GlobalJobId", queue + "#" + id + "#" + at)
                .put("Owner", owner)
                .put("User", owner + "@" + domain)
                .putInt("QDate", at)
                .putInt("EnteredCurrentStatus", at);
        putIfAbsent(complete, ad, "JobPrio", "0");
        putIfAbsent(complete, ad, "JobUniverse", "5");
        putIfAbsent(complete, ad, "Requirements", "true");
        putIfAbsent(complete, ad, "Rank", "0.0");
        putIfAbsent(complete, ad, "RequestCpus", "1");
        putIfAbsent(complete, ad, "MyType", "\"Job\"");
        putIfAbsent(complete, ad, "TargetType", "\"Machine\"");
        return complete.build();
    }

    private static String withCluster(String expression, int cluster) {
        return CLUSTER_MACRO.matcher(expression).replaceAll(Integer.toString(cluster));
    }

    private static void putIfAbsent(ClassAd.Builder builder, ClassAd ad, String name, String expr) {
        if (!ad.has(name)) {
            builder.putExpr(name, expr);
        }
    }

    /** The ad with everything that changes while the job is in the queue. */
    static ClassAd now(ClassAd submitted, JobState state) {
        Totals totals = state.totals();
        CpuTime used = state instanceof JobState.Running run ? run.used() : CpuTime.NONE;
        ClassAd.Builder ad = submitted.toBuilder();
        ad.putInt("JobStatus", state.status())
                .putInt("EnteredCurrentStatus", state.since() / 1000)
                .putInt("NumJobStarts", totals.runs())
                .putReal("RemoteWallClockTime", totals.wallSeconds())
                .putInt("CumulativeSuspensionTime", Math.round(totals.suspendedSeconds()))
                .putInt("TotalSuspensions", totals.suspensions())
                .putReal("RemoteUserCpu", totals.userSeconds() + used.userSeconds())
                .putReal("RemoteSysCpu", totals.systemSeconds() + used.systemSeconds());
        if (totals.maxRssKib() > 0) {
            ad.putInt("ResidentSetSize", totals.maxRssKib())
                    .putInt("ImageSize", totals.maxRssKib());
        }
        if (!totals.lastSlot().isEmpty()) {
            ad.put("LastRemoteHost", totals.lastSlot());
        }
        totals.lastEnd().ifPresent(end -> putExit(ad, end));
        putSavedWork(ad, totals.saved());
        if (state instanceof JobState.Running running) {
            ad.put("RemoteHost", running.slot())
                    .putInt("JobStartDate", running.startedAt() / 1000)
                    .putInt("JobCurrentStartDate", running.startedAt() / 1000)
                    .put("RoostNode", machineOf(running.slot()))
                    .putInt("JobPid", running.pid());
            if (!running.host().isEmpty()) {
                ad.put("StartdIpAddr", running.host());
            }
            if (running.suspended()) {
                ad.putInt("LastSuspensionTime", running.suspendedAt() / 1000);
            }
            running.end().ifPresent(end -> putReason(ad, state.status(), end.reason()));
        } else if (state instanceof JobState.Held held) {
            ad.putInt("HoldReasonCode", held.code()).putInt("HoldReasonSubCode", held.subcode());
            putReason(ad, state.status(), held.reason());
        } else if (state instanceof JobState.Gone gone) {
            putReason(ad, state.status(), gone.reason());
            ad.putInt("CompletionDate", gone.since() / 1000);
        }
        return ad.build();
    }

    private static String machineOf(String slot) {
        return slot.substring(slot.indexOf('@') + 1);
    }

    /** What the job's images are worth; names that HTCondor does not have begin with Roost. */
    private static void putSavedWork(ClassAd.Builder ad, SavedWork saved) {
        ad.putInt("NumCkpts", saved.taken())
                .putInt("NumRestarts", saved.restarts())
                .putInt("CommittedTime", Math.round(saved.committedSeconds()))
                .putReal("RoostWorkLost", saved.lostSeconds());
        if (saved.bytes() > 0) {
            ad.putReal("BytesSent", saved.bytes());
        }
        if (!saved.problem().isEmpty()) {
            ad.put("RoostImageProblem", saved.problem());
        }
        saved.newest()
                .ifPresent(
                        image ->
                                ad.putInt("LastCkptTime", image.createdMillis() / 1000)
                                        .putInt("ImageSize", (image.bytes() + 1023) / 1024)
                                        .put("CkptArch", "X86_64")
                                        .put("CkptOpSys", "LINUX")
                                        .put("LastCheckpointPlatform", platform(image.host()))
                                        .putInt("RoostImageGeneration", image.generation()));
        if (saved.own().attempts() > 0) {
            ad.putInt("CheckpointNumber", saved.own().attempts());
        }
        if (saved.own().lastAt() != 0) {
            ad.putInt("JobLastCheckpointTime", saved.own().lastAt() / 1000);
        }
        saved.lastEviction()
                .ifPresent(
                        eviction ->
                                ad.putInt("LastVacateTime", saved.lastEvictionAt() / 1000)
                                        .put("RoostLastEvictionBy", eviction.by().name())
                                        .put("RoostLastEvictionReason", eviction.why())
                                        .putBool(
                                                "RoostLastEvictionCheckpointed",
                                                eviction.checkpointed())
                                        .putReal(
                                                "RoostLastEvictionWorkLost",
                                                eviction.lostSeconds()));
    }

    /** OPSYS ARCH KERNEL MEMMODEL VSYSCALL CPUFLAGS, as CheckpointPlatform has them. */
    private static String platform(HostFacts host) {
        return "LINUX X86_64 "
                + host.kernel()
                + " normal N/A "
                + Long.toHexString(host.cpuFeatures());
    }

    /** The exit attributes, as policy expressions and users want them. */
    static void putExit(ClassAd.Builder ad, JobChange.Ended end) {
        ad.putBool("ExitBySignal", end.signal() != 0);
        if (end.signal() != 0) {
            ad.putInt("ExitSignal", end.signal());
        } else {
            ad.putInt("ExitCode", end.status());
        }
    }

    private static void putReason(ClassAd.Builder ad, int status, String reason) {
        if (reason.isEmpty()) {
            return;
        }
        if (status == JobStatus.HELD) {
            ad.put("HoldReason", reason);
        } else if (status == JobStatus.REMOVED) {
            ad.put("RemoveReason", reason);
        }
    }

    /** The user log's path; empty if the job has none. */
    static Optional<Path> userLog(ClassAd ad) {
        return ad.getString("UserLog")
                .filter(path -> !path.isEmpty())
                .map(path -> Path.of(ad.getString("Iwd").orElse("/")).resolve(path));
    }
}
