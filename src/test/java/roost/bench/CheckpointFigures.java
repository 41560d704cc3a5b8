// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a checkpoint and a restart cost, each beside what limits it, measured in turn in the same
 * run: a bare fork of the same process, an O_DIRECT write of as many bytes, a read of the same
 * bytes into fresh memory.
 *
 * <p>Ratios are medians of the ratios of neighbouring measurements, not ratios of medians, so that
 * a machine whose disk changes its speed meanwhile changes them little.
 */
final class CheckpointFigures {
    private static final int ROUNDS = 5;
    private static final int ROUNDS_MIB = 1024; // at least so much in all rounds together
    private static final int SMALL_CALLS = 100_000;
    private static final int SMALL_RUNS = 60;
    private static final int STARTS = 60;
    private static final int INCREMENTAL_MIB = 2048; // what a second checkpoint's limit is for
    private static final int HUGE_PAUSE_MIB = 2048; // up to which the pause has a fixed limit
    private static final double MIB = 1024 * 1024;

    /** The heap in which pages, and how much of it the program goes on writing to. */
    private enum Pages {
        SMALL("4 KiB pages"),
        HUGE("huge pages");

        private final String shown;

        Pages(String shown) {
            this.shown = shown;
        }

        String argument() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path directory;
    private final Table table;
    private final Path roost = Path.of(System.getProperty("roost.native.dir"));

    CheckpointFigures(Path directory, Table table) {
        this.directory = directory;
        this.table = table;
    }

    /** Measures at the sizes in MiB that the property {@code bench.sizes} lists. */
    void measure() throws IOException {
        Files.createDirectories(directory);
        String sizes = System.getProperty("bench.sizes", "").strip();
        for (String size : (sizes.isEmpty() ? "64 512" : sizes).split("[ ,]+")) {
            for (Pages pages : Pages.values()) {
                measure(Integer.parseInt(size), pages);
            }
        }
        start();
        smallCalls();
    }

    private void measure(int mib, Pages pages) throws IOException {
        Path place = Files.createTempDirectory(directory, "heap.");
        int hot = Math.min(32, mib / 16);
        int rounds =
                Math.max(ROUNDS, ROUNDS_MIB / mib); // a disk's jitter counts more for small ones
        CheckpointRun run = CheckpointRun.of(roost, place, rounds, mib, hot, pages.argument());
        String heap = mib + " MiB in " + pages.shown + ": ";
        table.note(
                heap + "limits",
                "bare fork %s, write %s, read %s"
                        .formatted(
                                run.millis("fork"),
                                run.millis("limit_write"),
                                run.millis("limit_read")));
        pause(heap, mib, pages, run);
        writing(heap, run);
        restarting(heap, run);
        table.atMost(
                heap + "image without the touched memory",
                (Arrays.stream(run.values("image")).max().orElseThrow() - mib * MIB) / MIB,
                "MiB",
                1);
        incremental(heap, mib, run);
    }

    private void pause(String heap, int mib, Pages pages, CheckpointRun run) {
        Samples pause = run.millis("pause");
        table.note(
                heap + "longest first touch of fresh memory on this machine",
                run.millis("first_touch").toString());
        String figure = heap + "longest pause of checkpoint-and-continue";
        if (pages == Pages.SMALL) {
            double limit = 1.3 * run.millis("fork").median() + 2;
            table.atMost(figure, pause, limit, "1.3 x bare fork + 2 ms");
        } else if (mib <= HUGE_PAUSE_MIB) {
            table.atMost(figure, pause, 10);
        } else {
            table.note(figure, pause.toString());
        }
    }

    private void writing(String heap, CheckpointRun run) {
        table.note(
                heap + "durable image, checkpoint-and-continue", run.millis("continue").toString());
        table.atMost(heap + "the same", run.ratio("continue", "limit_write"), "x write limit", 1.2);
        table.note(
                heap + "CPU time of the writing process; its page faults",
                "%s; %.0f"
                        .formatted(
                                run.millis("writer_cpu"),
                                Samples.ofMillis(run.values("writer_faults")).median()));
        table.note(heap + "durable image, checkpoint-and-exit", run.millis("exit").toString());
        table.atMost(
                heap + "the same", run.ratio("exit", "limit_write_exit"), "x write limit", 1.15);
    }

    private void restarting(String heap, CheckpointRun run) {
        table.note(
                heap + "start of a process that only reads as much",
                "%s, %.2f x read limit"
                        .formatted(
                                run.millis("limit_restart"),
                                run.ratio("limit_restart", "limit_read")));
        table.atMost(heap + "restart to the first instruction", run.millis("first"), 30);
        table.note(
                heap + "the same (at most 1.10 where the kernel does not allow 30 ms)",
                "%.2f x read limit".formatted(run.ratio("first", "limit_read")));
        table.atMost(
                heap + "restart until all memory was touched",
                run.ratio("touched", "limit_read"),
                "x read limit",
                1.15);
    }

    private void incremental(String heap, int mib, CheckpointRun run) {
        table.note(
                heap + "pause with incremental images: first one; later ones; bare fork",
                "%s; %s; %s"
                        .formatted(
                                run.millis("full_pause"),
                                run.millis("again_pause"),
                                run.millis("again_fork")));
        again(
                heap + "second checkpoint, 1 % changed, bytes written",
                mib,
                run.ratio("again_bytes", "full_bytes"));
        again(heap + "second checkpoint, 1 % changed, time", mib, run.ratio("again", "full"));
    }

    /**
     * A second checkpoint beside the first one. Of small programs, what is fixed counts for more.
     */
    private void again(String figure, int mib, double ratio) {
        if (mib >= INCREMENTAL_MIB) {
            table.atMost(figure, ratio, "x the full one", 0.1);
        } else {
            table.note(figure, "%.2f x the full one".formatted(ratio));
        }
    }

    private void start() throws IOException {
        Stopwatch watch = new Stopwatch(System.getenv(), directory);
        String launcher = roost.resolve("bin/roost-checkpoint").toString();
        watch.run(STARTS, launcher, "/bin/true");
        Samples bare = watch.run(STARTS, "/bin/true");
        Samples loaded = watch.run(STARTS, launcher, "/bin/true");
        table.note("start of /bin/true", bare.toString());
        table.atMost("more of it under roost-checkpoint", loaded.median() - bare.median(), "ms", 3);
    }

    /**
     * Runs with and without, in turn, and compared in pairs: single ones differ by a tenth. Long
     * enough that the warning of a file that is read and written, 0.1 ms once, does not count as a
     * cost of every call.
     */
    private void smallCalls() throws IOException {
        String program = Stopwatch.program("smallio").toString();
        String launcher = roost.resolve("bin/roost-checkpoint").toString();
        double[] bare = new double[SMALL_RUNS];
        double[] loaded = new double[SMALL_RUNS];
        for (int i = 0; i < SMALL_RUNS; i++) {
            bare[i] = smallCalls(List.of(program));
            loaded[i] = smallCalls(List.of(launcher, program));
        }
        table.note(
                "a small read or write, without the library",
                "%.0f ns".formatted(Samples.ofMillis(bare).median() / SMALL_CALLS / 4));
        table.atMost(
                "more of it with the library loaded",
                100 * (Samples.medianRatio(loaded, bare) - 1),
                "%",
                1);
    }

    private double smallCalls(List<String> command) throws IOException {
        Path file = directory.resolve("smallio");
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(Integer.toString(SMALL_CALLS), file.toString()));
        Process process =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var lines = process.inputReader()) {
            return Double.parseDouble(lines.readLine());
        }
    }
}
