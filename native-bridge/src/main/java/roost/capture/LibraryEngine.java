// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import roost.posix.NativeHome;
import roost.posix.Posix;
import roost.posix.ProcessIdentity;
import roost.posix.ProcessSignals;
import roost.posix.Signals;

/**
 * The engine of Roost's own checkpoint library, which is loaded into the program. A request is a
 * signal: SIGUSR2 for an image, SIGTSTP for an image and the end. The library writes {@code
 * IMAGE.tmp} and renames it, so a new image is there when the file at {@code IMAGE} is another one;
 * that is looked for every {@value #POLL_MILLIS} ms, which costs one {@code stat}.
 */
public final class LibraryEngine implements CaptureEngine {
    private static final long POLL_MILLIS = 5;
    private static final int LOOKS_PER_CHECK = 20;
    private static final long SILENCE_MAX_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final class Poller {
        static final ScheduledExecutorService EXECUTOR =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, "roost-capture");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    private final Path library;
    private final Path restorer;
    private final PreflightTool preflight;

    /** With the native parts that {@link NativeHome} finds. */
    public LibraryEngine() {
        this(
                NativeHome.library("libroostckpt.so"),
                NativeHome.program("roost-restart"),
                NativeHome.program("roost-checkpoint"));
    }

    /**
     * @param library {@code libroostckpt.so}
     * @param restorer {@code roost-restart}
     * @param launcher {@code roost-checkpoint}
     */
    public LibraryEngine(Path library, Path restorer, Path launcher) {
        this.library = library;
        this.restorer = restorer;
        this.preflight = new PreflightTool(launcher, library);
    }

    @Override
    public String name() {
        return "library";
    }

    @Override
    public Preflight check() {
        return preflight.machine();
    }

    @Override
    public Preflight check(Path program) {
        return preflight.program(program);
    }

    @Override
    public Preflight check(ProcessIdentity process) {
        return preflight.process(process);
    }

    @Override
    public Launch launch(List<String> command, Map<String, String> environment, Path image) {
        Map<String, String> with = new HashMap<>(environment);
        // An image is one file here: generations are kept by linking it.
        with.put("ROOST_CKPT_INCREMENTAL", "never");
        with.merge("LD_PRELOAD", library.toString(), (before, own) -> own + ":" + before);
        List<String> words = new ArrayList<>(command);
        words.addAll(
                1, List.of("-_condor_nowarn", "-_condor_ckpt", image.toAbsolutePath().toString()));
        return new Launch(words, with);
    }

    @Override
    public Launch restart(Path image, Map<String, String> environment) {
        return new Launch(
                List.of(restorer.toString(), image.toAbsolutePath().toString()), environment);
    }

    @Override
    public CompletionStage<Captured> capture(
            ProcessIdentity process, Path image, After after, Duration timeout) {
        Request request = new Request(process, image, after, timeout);
        request.begin();
        return request.result;
    }

    @Override
    public Optional<Waiting> waiting(Path image) {
        try {
            Path file = image.resolveSibling(image.getFileName() + ".waiting");
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            long since = Long.parseLong(lines.get(0).substring("since ".length()));
            return Optional.of(
                    new Waiting(
                            Instant.ofEpochSecond(since),
                            lines.get(1).substring("reason ".length())));
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // not there, or just being written: then it is there soon
        }
    }

    @Override
    public Description describe(Path image) throws IOException {
        try (ImageReader reader = ImageReader.open(image)) {
            ImageHeader header = reader.header();
            return new Description(
                    name(), image, header.created(), header.fileBytes(), Optional.of(header));
        }
    }

    /** One capture on its way. Runs on the poller's thread after {@link #begin}. */
    private final class Request {
        private final ProcessIdentity process;
        private final Path image;
        private final After after;
        private final Duration timeout;
        private final long began = System.nanoTime();
        private final CompletableFuture<Captured> result = new CompletableFuture<>();
        private Optional<Object> before = Optional.empty();

        /** What the program is still to be told, in this order. */
        private final Deque<Integer> signals = new ArrayDeque<>();

        private int looks;
        private long lastSignOfWork = System.nanoTime();

        Request(ProcessIdentity process, Path image, After after, Duration timeout) {
            this.process = process;
            this.image = image;
            this.after = after;
            this.timeout = timeout;
        }

        /**
         * A stopped program gets SIGUSR2 even if it is to end, because a SIGTSTP that is pending is
         * lost when the program is let go on. So it makes its image before it runs anything else,
         * and SIGTSTP, which follows as soon as it goes on, ends it.
         */
        void begin() {
            before = identity();
            boolean stopped = process.state().filter(state -> state == 'T').isPresent();
            if (after == After.CONTINUE || stopped) {
                signals.add(Signals.USR2);
            }
            if (after == After.EXIT) {
                signals.add(Signals.TSTP);
            }
            if (!process.isAlive()) {
                fail("process " + process.pid() + " has ended");
                return;
            }
            send();
            later();
        }

        /** Before the library has its handlers a signal would end the program, or stop it. */
        private void send() {
            Optional<ProcessSignals> now = ProcessSignals.of(process);
            while (!signals.isEmpty()) {
                int signal = signals.peek();
                boolean lost = signal == Signals.TSTP && process.state().equals(Optional.of('T'));
                if (lost || now.filter(s -> s.catches(signal)).isEmpty()) {
                    return;
                }
                if (!Posix.kill(process, signal)) {
                    return;
                }
                signals.remove();
                lastSignOfWork = System.nanoTime();
            }
        }

        private void later() {
            Poller.EXECUTOR.schedule(this::look, POLL_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void look() {
            // In this order: a process that has ended renames nothing any more.
            boolean alive = process.isAlive();
            Optional<Object> now = identity();
            boolean written = now.isPresent() && !now.equals(before);
            if (written && (after == After.CONTINUE || !alive)) {
                finish();
            } else if (!alive) {
                fail("process " + process.pid() + " ended without an image");
            } else if (nothingHappens()) {
                if (after == After.EXIT) {
                    // It was lost: a stop and a continue came just after it.
                    lastSignOfWork = System.nanoTime();
                    signals.add(Signals.TSTP);
                    later();
                    return;
                }
                fail("process " + process.pid() + " made no image; " + whyNot());
            } else if (System.nanoTime() - began > timeout.toNanos()) {
                fail(
                        "no image of process "
                                + process.pid()
                                + " within "
                                + timeout.toMillis()
                                + " ms"
                                + waiting(image).map(w -> ": " + w.reason()).orElse(""));
            } else {
                send();
                later();
            }
        }

        /**
         * A program that fails to write an image and goes on says nothing of it: its signal is no
         * longer pending, no thread is in the handler, nothing is being written or waited for. Nor
         * does the kernel tell of a signal that it has dropped.
         */
        private boolean nothingHappens() {
            if (++looks % LOOKS_PER_CHECK != 0) {
                return false;
            }
            int last = after == After.EXIT ? Signals.TSTP : Signals.USR2;
            if (!signals.isEmpty()
                    || waiting(image).isPresent()
                    || ProcessSignals.of(process).filter(s -> s.pends(last)).isPresent()
                    || ProcessSignals.anyThreadBlocks(process, last)) {
                lastSignOfWork = System.nanoTime();
            }
            // Seldom, because all processes are looked at; and more than once, because an image is
            // nobody's for a moment before it gets its name.
            if (silence() > SILENCE_MAX_NANOS / 2 && WritingProcesses.write(beginning(), process)) {
                lastSignOfWork = System.nanoTime();
            }
            return silence() > SILENCE_MAX_NANOS;
        }

        private long silence() {
            return System.nanoTime() - lastSignOfWork;
        }

        private Path beginning() {
            return image.resolveSibling(image.getFileName() + ".tmp");
        }

        private String whyNot() {
            return Files.exists(beginning())
                    ? "the copy of it that wrote one was killed; memory may be short"
                    : "the disk may be full, or the directory of "
                            + image
                            + " may not be writable for it";
        }

        private void finish() {
            try {
                Description made = describe(image);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                Duration pause = made.header().map(ImageHeader::pause).orElse(took);
                result.complete(new Captured(made, took, pause.compareTo(took) < 0 ? pause : took));
            } catch (IOException e) {
                result.completeExceptionally(
                        new CaptureException("the new image cannot be used: " + e.getMessage(), e));
            }
        }

        private void fail(String why) {
            result.completeExceptionally(new CaptureException(why));
        }

        /** Device, inode and date: a renamed file has others than the one it replaced. */
        private Optional<Object> identity() {
            try {
                BasicFileAttributes a = Files.readAttributes(image, BasicFileAttributes.class);
                return Optional.of(List.of(a.fileKey(), a.lastModifiedTime(), a.size()));
            } catch (IOException absent) {
                return Optional.empty();
            }
        }
    }
}
