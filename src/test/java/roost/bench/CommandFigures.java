// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import roost.e2e.TestNode;

/** How fast the commands are, from the start of their process to what they are for. */
final class CommandFigures {
    private static final int TIMES = 60;

    private final TestNode node;
    private final Table table;
    private final Stopwatch watch;
    private final String cod = TestNode.dist().resolve("bin/condor_cod").toString();
    private final Path stampFile;
    private final Path jobAd;

    CommandFigures(TestNode node, Table table) throws IOException {
        this.node = node;
        this.table = table;
        this.watch = new Stopwatch(node.environment(), node.work());
        this.stampFile = node.work().resolve("stamp.txt");
        this.jobAd = node.work().resolve("stamp.ad");
    }

    void measure() throws IOException {
        Floor measured = Floor.measure(node, watch);
        measured.note(table);
        double floor = measured.millis();

        String claim = node.claim("-lease", "3600");
        for (int warm = 0; warm < 3; warm++) {
            watch.run(TIMES, cod, "renew", "-id", claim);
        }
        Samples renew = watch.run(TIMES, cod, "renew", "-id", claim);
        table.atMost(
                "condor_cod renew",
                renew,
                Math.min(4, 4 * measured.trueStart().median()),
                "4 ms, 4 x true");
        node.must("condor_cod", "release", "-id", claim);

        watch.run(TIMES, cod, "request");
        table.atMost(
                "condor_cod request, durable",
                watch.run(TIMES, cod, "request"),
                2.5 * floor,
                "2.5 x floor");

        Samples empty = activate(node.claim(), TIMES);
        Samples activate = activate(node.claim(), TIMES);
        table.note("(the same while the JVM was colder)", empty.toString());
        table.atMost(
                "condor_cod activate to the job's first instruction, empty slot",
                activate,
                3 * floor,
                "3 x floor");
        withBatchJob(activate, floor);
    }

    private void writeJobAd(int millis) throws IOException {
        Files.writeString(
                jobAd,
                "Cmd = \"%s\"\nArgs = \"%s %d\"\n"
                        .formatted(Stopwatch.program("stamp"), stampFile, millis));
    }

    private Samples activate(String claim, int times) throws IOException {
        writeJobAd(0);
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            Files.deleteIfExists(stampFile);
            Stopwatch.Run run =
                    watch.once(cod, "activate", "-id", claim, "-jobad", jobAd.toString());
            millis[i] = (Stopwatch.stamps(stampFile, 2)[0] - run.begin()) / 1e6;
            node.awaitState(claim, "Idle");
        }
        return Samples.ofMillis(millis);
    }

    private void withBatchJob(Samples empty, double floor) throws IOException {
        long batch = node.submitSleeper();
        String claim = node.claim();
        Samples start = activate(claim, TIMES);
        double[] goesOn = new double[TIMES];
        writeJobAd(10);
        for (int i = 0; i < TIMES; i++) {
            Files.deleteIfExists(stampFile);
            Stopwatch.Run run =
                    watch.watch(
                            batch, "TR", cod, "activate", "-id", claim, "-jobad", jobAd.toString());
            long[] stamps = Stopwatch.stamps(stampFile, 2);
            goesOn[i] = (run.seen()[1] - stamps[1]) / 1e6;
            node.awaitState(claim, "Idle");
        }
        table.atMost(
                "the same with a batch job to be stopped first",
                start,
                empty.median() + 2,
                "2 ms more");
        table.atMost(
                "COD job's exit to the batch job running again",
                Samples.ofMillis(goesOn),
                2,
                "2 ms");
        suspendAndResume(claim, floor);
        node.must("condor_rm", "-all");
    }

    private void suspendAndResume(String claim, double floor) throws IOException {
        Path ad = node.work().resolve("sleep.ad");
        Files.writeString(ad, "Cmd = \"/bin/sleep\"\nArgs = \"86399.5\"\n");
        double[] suspend = new double[TIMES];
        double[] resume = new double[TIMES];
        double[] deactivate = new double[TIMES];
        for (int i = 0; i < TIMES; i++) {
            node.must("condor_cod", "activate", "-id", claim, "-jobad", ad.toString());
            long job = node.awaitProcess("86399.5");
            Stopwatch.Run run = watch.watch(job, "T", cod, "suspend", "-id", claim);
            suspend[i] = (run.seen()[0] - run.begin()) / 1e6;
            run = watch.watch(job, "R", cod, "resume", "-id", claim);
            resume[i] = (run.seen()[0] - run.begin()) / 1e6;
            deactivate[i] = watch.once(cod, "deactivate", "-fast", "-id", claim).millis();
        }
        table.atMost("suspend to stopped", Samples.ofMillis(suspend), 2 * floor, "2 x floor");
        table.atMost("resume to running", Samples.ofMillis(resume), 2 * floor, "2 x floor");
        table.atMost("deactivate -fast", Samples.ofMillis(deactivate), 3 * floor, "3 x floor");
    }
}
