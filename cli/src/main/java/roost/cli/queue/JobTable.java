// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import roost.classad.ClassAd;
import roost.cli.format.Durations;
import roost.id.JobId;

/** The lists of {@code condor_q} with a row a job. Source: HTCondor 8.8 condor_q. */
final class JobTable {
    private final List<ClassAd> jobs;
    private final long now;
    private final ZoneId zone;
    private final int columns;

    /**
     * @param now Unix time in seconds
     * @param columns how long a row may be; 0 for no limit
     */
    JobTable(List<ClassAd> jobs, long now, ZoneId zone, int columns) {
        this.jobs = jobs;
        this.now = now;
        this.zone = zone;
        this.columns = columns;
    }

    static JobId id(ClassAd job) {
        return new JobId(
                (int) job.getInteger("ClusterId").orElse(0),
                (int) job.getInteger("ProcId").orElse(0));
    }

    /** {@code -nobatch}. */
    String all() {
        StringBuilder text =
                new StringBuilder(
                        " ID      OWNER            SUBMITTED     RUN_TIME ST PRI SIZE CMD\n");
        for (ClassAd job : jobs) {
            line(
                    text,
                    String.format(
                            "%s %-14.14s %11s %12s %-2c %-3d %4.1f %s",
                            idColumn(job),
                            owner(job),
                            date(job, "QDate"),
                            Durations.dayTime(runTime(job), 3),
                            JobStatus.of(job).letter(),
                            job.getInteger("JobPrio").orElse(0),
                            megabytes(job),
                            command(job)));
        }
        return text.toString();
    }

    /** {@code -run}. */
    String running() {
        StringBuilder text =
                new StringBuilder(" ID      OWNER            SUBMITTED     RUN_TIME HOST(S)\n");
        for (ClassAd job : jobs) {
            line(
                    text,
                    String.format(
                            "%s %-14.14s %11s %12s %s",
                            idColumn(job),
                            owner(job),
                            date(job, "QDate"),
                            Durations.dayTime(runTime(job), 3),
                            job.getString("RemoteHost").orElse("[?????????????????]")));
        }
        return text.toString();
    }

    /** {@code -hold}. */
    String held() {
        StringBuilder text = new StringBuilder(" ID      OWNER          HELD_SINCE  HOLD_REASON\n");
        for (ClassAd job : jobs) {
            line(
                    text,
                    String.format(
                            "%s %-14.14s %11s %s",
                            idColumn(job),
                            owner(job),
                            date(job, "EnteredCurrentStatus"),
                            job.getString("HoldReason").orElse("Reason unspecified")));
        }
        return text.toString();
    }

    /** {@code -goodput}: what share of the time spent running is safe in images. */
    String goodput() {
        StringBuilder text =
                new StringBuilder(
                        " ID      OWNER            SUBMITTED     RUN_TIME GOODPUT CPU_UTIL   Mb/s\n");
        for (ClassAd job : jobs) {
            double committed = job.getReal("CommittedTime").orElse(0);
            double cpu = job.getReal("RemoteUserCpu").orElse(0);
            boolean checkpointed = job.getInteger("NumCkpts").orElse(0) > 0;
            line(
                    text,
                    String.format(
                            "%s %-14.14s %11s %12s %s %s %6s",
                            idColumn(job),
                            owner(job),
                            date(job, "QDate"),
                            Durations.dayTime(runTime(job), 3),
                            checkpointed ? percent(committed, runTime(job)) : " [?????]",
                            checkpointed ? percent(cpu, committed) : " [?????]",
                            network(job)));
        }
        return text.toString();
    }

    /** Megabits of checkpoints for each second of running. */
    private String network(ClassAd job) {
        double bytes = job.getReal("BytesSent").orElse(0) + job.getReal("BytesRecvd").orElse(0);
        return bytes <= 0 || runTime(job) <= 0
                ? "[????]"
                : String.format(Locale.ROOT, "%6.2f", bytes * 8 / (1 << 20) / runTime(job));
    }

    private static String percent(double part, double whole) {
        return whole <= 0
                ? " [?????]"
                : String.format("%6.1f%%", Math.max(0, Math.min(100, 100 * part / whole)));
    }

    private void line(StringBuilder text, String row) {
        String cut = columns > 0 && row.length() > columns ? row.substring(0, columns) : row;
        text.append(cut).append('\n');
    }

    private static String idColumn(ClassAd job) {
        return String.format("%4d.%-3d", id(job).cluster(), id(job).proc());
    }

    private static String owner(ClassAd job) {
        return job.getString("Owner").orElse("??");
    }

    private String date(ClassAd job, String attribute) {
        var time = job.getInteger(attribute);
        return time.isPresent() ? Durations.date(time.getAsLong(), zone) : "???";
    }

    /** What a job has run before, and what it has run since it was last started. */
    private long runTime(ClassAd job) {
        long before = (long) job.getReal("RemoteWallClockTime").orElse(0);
        var started = job.getInteger("JobCurrentStartDate");
        return JobStatus.of(job).hasProcess() && started.isPresent()
                ? before + Math.max(0, now - started.getAsLong())
                : before;
    }

    /** Memory in use if that is known, the size of the image if not. */
    private static double megabytes(ClassAd job) {
        var memory = job.getReal("MemoryUsage");
        return memory.isPresent()
                ? memory.getAsDouble()
                : job.getReal("ImageSize").orElse(0) / 1024;
    }

    private static String command(ClassAd job) {
        var description = job.getString("JobDescription");
        if (description.isPresent()) {
            return description.get();
        }
        String path = job.getString("Cmd").orElse("");
        String arguments = job.getString("Arguments").or(() -> job.getString("Args")).orElse("");
        String name = path.substring(path.lastIndexOf('/') + 1);
        String line = arguments.isEmpty() ? name : name + " " + arguments;
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}
