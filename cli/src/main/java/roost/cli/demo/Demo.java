// SPDX-License-Identifier: Apache-2.0
package roost.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The story that the demo tells; every sentence that it prints was checked first. */
final class Demo {
    private static final String FRACTAL = "mandelbrot";
    private static final long LIMIT = 5_000_000_000L;

    /** The number of primes up to five thousand million. */
    private static final long PRIMES = 234_954_223L;

    private static final Pattern CLAIM_ID = Pattern.compile("ID of new claim is: \"(.*)\"");

    private final Stage stage;
    private final Timeline timeline;
    private final Optional<Path> picture;
    private final Map<Long, String> batch = new TreeMap<>();
    private String claim;
    private long fractal;
    private long stoppedForCod;

    Demo(Stage stage, Timeline timeline, Optional<Path> picture) {
        this.stage = stage;
        this.timeline = timeline;
        this.picture = picture;
    }

    /** Runs to the end or to the first step that does not hold; the exit status says which. */
    int run() throws IOException {
        try {
            timeline.heading("A node of one's own, with a long batch job on every slot");
            startNode();
            submitBatch();
            timeline.heading("An application needs a slot at once, and gives it back");
            requestClaim();
            activate();
            suspend();
            resume();
            timeline.heading("The node dies and comes back; no job notices");
            killNode();
            restartNode();
            timeline.heading("The picture is done, the batch jobs go on");
            awaitPicture();
            deactivate();
            release();
            awaitBatch();
            timeline.heading("All of it held.");
            return 0;
        } catch (DemoFailure failure) {
            timeline.heading("This did not hold: " + failure.getMessage());
            timeline.note("the node's log is in " + stage.directory().resolve("node/log"));
            return 1;
        }
    }

    private void startNode() throws IOException {
        long start = System.nanoTime();
        stage.must("roost", "start");
        timeline.step(start, "roost start: the node answers, pid " + stage.nodePid());
        stage.remember();
    }

    private void submitBatch() throws IOException {
        int slots = stage.slots();
        Files.writeString(
                stage.work().resolve("primes.sub"),
                """
                executable = %s/libexec/demo/primes
                arguments  = %d
                output     = primes.$(Process).out
                error      = primes.$(Process).err
                log        = primes.log
                queue %d
                """
                        .formatted(stage.home(), LIMIT, slots));
        long start = System.nanoTime();
        stage.must("condor_submit", "primes.sub");
        timeline.step(
                start, "condor_submit: " + slots + " jobs that count primes, one for each slot");
        Processes.await("every slot runs a batch job", () -> batchPids().size() == slots);
        batchPids().forEach(pid -> batch.put(pid, "running"));
        timeline.step(start, "the batch jobs run, pids " + batch.keySet());
    }

    private List<Long> batchPids() {
        return Processes.in(stage.work(), Long.toString(LIMIT));
    }

    private void requestClaim() throws IOException {
        long start = System.nanoTime();
        Stage.Outcome request = stage.run("condor_cod", "request");
        Matcher id = CLAIM_ID.matcher(request.err() + request.out());
        check(request.status() == 0 && id.find(), "condor_cod request: " + request.err());
        claim = id.group(1);
        timeline.step(start, "condor_cod request: a claim; nobody is disturbed by it");
        check(batch.keySet().stream().allMatch(Processes::runs), "every batch job runs");
    }

    private void activate() throws IOException {
        long start = System.nanoTime();
        stage.must("condor_cod", "activate", "-id", claim, "-keyword", "FractGen");
        timeline.step(start, "condor_cod activate -keyword FractGen");
        fractal = awaitFractal();
        stoppedForCod = awaitOneStopped();
        timeline.step(
                start,
                "the fractal is drawn (pid "
                        + fractal
                        + "), batch job "
                        + stoppedForCod
                        + " is stopped for it");
    }

    private long awaitFractal() {
        Processes.await(
                "the COD job runs",
                () -> Processes.in(stage.work(), FRACTAL).stream().anyMatch(Processes::runs));
        return Processes.in(stage.work(), FRACTAL).get(0);
    }

    private long awaitOneStopped() {
        Processes.await(
                "exactly one batch job is stopped",
                () -> batch.keySet().stream().filter(Processes::stopped).count() == 1);
        return batch.keySet().stream().filter(Processes::stopped).findFirst().orElseThrow();
    }

    private void suspend() throws IOException {
        long start = System.nanoTime();
        stage.must("condor_cod", "suspend", "-id", claim);
        Processes.await(
                "the COD job is stopped and the batch job goes on",
                () -> Processes.stopped(fractal) && Processes.runs(stoppedForCod));
        timeline.step(start, "condor_cod suspend: the fractal is stopped, the batch job goes on");
    }

    private void resume() throws IOException {
        long start = System.nanoTime();
        stage.must("condor_cod", "resume", "-id", claim);
        Processes.await(
                "the COD job goes on and the batch job is stopped",
                () -> Processes.runs(fractal) && Processes.stopped(stoppedForCod));
        timeline.step(start, "condor_cod resume: the fractal goes on, the batch job is stopped");
    }

    private void killNode() throws IOException {
        long pid = stage.nodePid();
        ProcessHandle node =
                ProcessHandle.of(pid).orElseThrow(() -> new DemoFailure("there is no node"));
        long start = System.nanoTime();
        node.destroyForcibly();
        Processes.await("the node is dead", () -> Processes.gone(pid));
        timeline.step(start, "kill -9 " + pid + ": the node is dead");
        check(Processes.runs(fractal), "the fractal is drawn on without a node");
        check(Processes.stopped(stoppedForCod), "the stopped batch job stays stopped");
    }

    private void restartNode() throws IOException {
        long start = System.nanoTime();
        stage.must("roost", "start");
        timeline.step(start, "roost start: the node is back, pid " + stage.nodePid());
        String claims = stage.must("condor_status", "-cod");
        check(batchPids().equals(List.copyOf(batch.keySet())), "the batch jobs have the same pids");
        List<Long> cod = Processes.in(stage.work(), FRACTAL);
        if (cod.isEmpty()) {
            // The machine is so busy that the picture was finished before the node was back.
            check(claims.contains("COD1"), "the claim is there:\n" + claims);
            timeline.step(
                    start,
                    "claim and batch jobs are all there, with the same pids; the COD job had ended");
        } else {
            check(claims.contains("Running"), "the claim is there and Running:\n" + claims);
            check(cod.equals(List.of(fractal)), "the COD job has the same pid");
            check(Processes.stopped(stoppedForCod), "the stopped batch job is still stopped");
            timeline.step(start, "claim, COD job and batch jobs are all there, with the same pids");
        }
        stage.remember();
    }

    private void awaitPicture() throws IOException {
        long start = System.nanoTime();
        Processes.await(
                "the picture is finished", () -> Processes.in(stage.work(), FRACTAL).isEmpty());
        long exited = System.nanoTime();
        Processes.await("the batch job goes on", () -> !Processes.stopped(stoppedForCod));
        timeline.step(start, "the fractal is finished");
        timeline.step(exited, "the batch job goes on");
        Path png = Picture.save(stage.work().resolve("fractal.ppm"), picture);
        timeline.note("the picture is in " + png);
    }

    private void deactivate() throws IOException {
        stage.must("condor_cod", "activate", "-id", claim, "-keyword", "FractGen");
        awaitFractal();
        long start = System.nanoTime();
        stage.must("condor_cod", "deactivate", "-id", claim);
        timeline.step(start, "condor_cod deactivate: a second picture is given up");
        check(Processes.in(stage.work(), FRACTAL).isEmpty(), "the COD job is gone");
    }

    private void release() throws IOException {
        long start = System.nanoTime();
        stage.must("condor_cod", "release", "-id", claim);
        timeline.step(start, "condor_cod release: the claim is gone");
        check(stage.must("condor_status", "-cod").isBlank(), "no claim is left");
    }

    private void awaitBatch() throws IOException {
        long start = System.nanoTime();
        Processes.await("the batch jobs end", () -> batchPids().isEmpty());
        Processes.await("the queue is empty", this::queueIsEmpty);
        timeline.step(start, "the batch jobs are finished");
        String expected = "primes up to " + LIMIT + ": " + PRIMES;
        for (int slot = 0; slot < stage.slots(); slot++) {
            String output = Files.readString(stage.work().resolve("primes." + slot + ".out"));
            check(
                    output.lines().count() == 10 && output.strip().endsWith(expected),
                    "the output of batch job " + slot + " is right:\n" + output);
        }
        String log = Files.readString(stage.work().resolve("primes.log"));
        check(
                log.contains("Job was suspended.") && log.contains("Job was unsuspended."),
                "the user log tells of the suspension:\n" + log);
        timeline.note(
                "each found " + PRIMES + " primes, as it should: nothing lost, nothing twice");
    }

    private boolean queueIsEmpty() {
        try {
            return stage.must("condor_q", "-af", "ClusterId").isBlank();
        } catch (IOException e) {
            throw new DemoFailure(e.getMessage());
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new DemoFailure(what);
        }
    }
}
