// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a COD job has to wait longer for its first instruction where the batch job that gives way
 * to it is too large to stay suspended, and is checkpointed and released.
 *
 * <p>Two nodes, with and without that policy, are measured in turn, the plain one twice each time:
 * what its two times differ by, though nothing differs, is what the measurement itself cannot tell.
 */
final class LendingFigures {
    private static final int ROUNDS = Integer.getInteger("bench.lending.rounds", 20);

    /** Long enough for the policy, which looks every second, to release the batch job. */
    private static final int COD_JOB_MS = 2000;

    private final Path directory;
    private final Table table;

    LendingFigures(Path directory, Table table) {
        this.directory = directory;
        this.table = table;
    }

    /** A node with a large batch job and a claim for small COD jobs. */
    private static final class Lender implements AutoCloseable {
        private final HeapJob job;
        private final String claim;
        private final Path stamps;
        private final Path ad;

        Lender(HeapJob job, int codJobMillis) throws IOException {
            this.job = job;
            this.claim = job.node().claim();
            this.stamps = job.node().work().resolve("stamps");
            this.ad = job.node().work().resolve("stamp.ad");
            Files.writeString(
                    ad,
                    "Cmd = \"%s\"\nArgs = \"%s %d\"\n"
                            .formatted(Stopwatch.program("stamp"), stamps, codJobMillis));
            job.control().rest(true);
        }

        /** Milliseconds from the command's start to the COD job's first instruction. */
        double activate() throws IOException {
            job.control().rest(false);
            settle();
            Files.deleteIfExists(stamps);
            Stopwatch.Run run =
                    job.watch()
                            .once(
                                    HeapJob.command("condor_cod"),
                                    "activate",
                                    "-id",
                                    claim,
                                    "-jobad",
                                    ad.toString());
            double millis = (Stopwatch.stamps(stamps, 2)[0] - run.begin()) / 1e6;
            HeapJob.await(() -> job.node().stateOf(claim).equals("Idle"));
            settle();
            job.control().rest(true);
            return millis;
        }

        /** How often the batch job has begun to run. */
        int starts() throws IOException {
            return Integer.parseInt(job.ask("condor_q", "-af", "NumJobStarts"));
        }

        /** Waits until the batch job computes and all its memory is where it belongs. */
        private void settle() throws IOException {
            job.awaitProgress();
            job.control().beginLife();
            job.control().firstInstruction();
        }

        @Override
        public void close() throws IOException {
            job.close();
        }
    }

    void measure() throws IOException {
        Files.createDirectories(directory);
        String policy = "COD_SUSPENDED_JOB_MAX_MEMORY = " + HeapJob.MIB / 2;
        try (Lender plain = new Lender(HeapJob.start(directory.resolve("plain")), 0);
                Lender releasing =
                        new Lender(
                                HeapJob.start(directory.resolve("releasing"), policy),
                                COD_JOB_MS)) {
            double[] first = new double[ROUNDS];
            double[] second = new double[ROUNDS];
            double[] released = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                boolean swap = i % 2 == 1; // what comes after the image was written has a busy disk
                (swap ? second : first)[i] = plain.activate();
                released[i] = releasing.activate();
                (swap ? first : second)[i] = plain.activate();
            }
            if (releasing.starts() != ROUNDS + 1) {
                throw new IOException("the policy did not release the batch job each time");
            }
            report(first, released, second);
        }
    }

    private void report(double[] first, double[] released, double[] second) {
        double[] noise = new double[ROUNDS];
        double[] more = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            noise[i] = first[i] - second[i];
            more[i] = released[i] - (first[i] + second[i]) / 2;
        }
        Samples alike = Samples.ofMillis(noise);
        double tolerance =
                Math.max(Math.abs(alike.medianAtLeast()), Math.abs(alike.medianAtMost()));
        String beside = HeapJob.MIB + " MiB batch job: COD activation";
        table.note(beside + ", it is suspended", Samples.ofMillis(first).toString());
        table.note(beside + ", it is suspended, again", Samples.ofMillis(second).toString());
        table.note(
                beside + ", it is checkpointed and released",
                Samples.ofMillis(released).toString());
        table.atMost(
                beside + ", what that adds (limit: what the two equal ones may differ by)",
                Samples.ofMillis(more).median(),
                "ms",
                tolerance);
    }
}
