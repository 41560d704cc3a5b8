// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.classad.ClassAd;
import roost.classad.Evaluator;
import roost.classad.Expr;
import roost.classad.Value;
import roost.starter.ExitRecord;
import roost.starter.LaunchSpec;
import roost.starter.Reattach;
import roost.starter.StarterConnection;
import roost.starter.StarterEvent;
import roost.starter.StarterException;
import roost.starter.StarterListener;
import roost.starter.StarterPool;
import roost.starter.StarterStatus;

/** The real starters: a pool of spare ones for new jobs, reattachment for those found. */
public final class StarterProcesses implements Starters, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StarterProcesses.class);
    private static final Path NULL_FILE = Path.of("/dev/null");

    private static final Executor A_MOMENT_LATER =
            CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final StarterPool pool;
    private final Reattach reattach;
    private final Limits limits;
    private volatile boolean closing;

    /**
     * What every job gets. The expressions are evaluated in the job's ad; one that gives no number
     * counts as 0.
     *
     * @param cgroupParent where the jobs' control groups are made; none means wherever one can be
     * @param useCgroups false for none at all
     * @param addressSpaceMib STARTER_RLIMIT_AS; 0 for no limit
     * @param coreFiles whether jobs may leave core files
     * @param nice JOB_RENICE_INCREMENT: added to the nice value; less than 0 counts as 0, more than
     *     19 as 19
     */
    public record Limits(
            Optional<Path> cgroupParent,
            boolean useCgroups,
            Expr addressSpaceMib,
            boolean coreFiles,
            Expr nice) {
        private static long number(Expr expression, ClassAd job) {
            String name = "Value";
            Value value = Evaluator.evaluate(expression, job);
            return ClassAd.builder().put(name, value).build().getInteger(name).orElse(0);
        }

        private long addressSpaceBytes(ClassAd job) {
            return number(addressSpaceMib, job) << 20;
        }

        private int nice(ClassAd job) {
            return (int) Math.max(0, Math.min(19, number(nice, job)));
        }
    }

    public StarterProcesses(StarterPool pool, Reattach reattach, Limits limits) {
        this.pool = pool;
        this.reattach = reattach;
        this.limits = limits;
    }

    /** The node goes: connections that are lost from now on are not looked for. */
    @Override
    public void close() {
        closing = true;
        pool.close();
    }

    @Override
    public void launch(
            Path directory, JobSpec spec, Placement placement, boolean stopped, Listener news) {
        LaunchSpec launch;
        try {
            launch = launchSpec(directory, spec, placement, stopped);
        } catch (IllegalArgumentException e) {
            news.notStarted(e.getMessage(), 0);
            return;
        }
        pool.launch(launch, new Events(news, directory))
                .whenComplete(
                        (launched, failure) -> {
                            if (failure != null) {
                                tellNotStarted(news, failure);
                            } else {
                                news.started(
                                        new Connected(launched.connection(), news),
                                        launched.started().job(),
                                        launched.started().at().toEpochMilli());
                            }
                        });
    }

    private static void tellNotStarted(Listener news, Throwable failure) {
        Throwable cause = unwrapped(failure);
        int errno = cause instanceof StarterException known ? known.errno() : 0;
        news.notStarted(cause.getMessage(), errno);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private LaunchSpec launchSpec(
            Path directory, JobSpec spec, Placement placement, boolean stopped) {
        Path cwd = placement.workingDirectory();
        LaunchSpec.Builder builder =
                LaunchSpec.builder(directory, placement.executable())
                        .argv(placement.arguments())
                        .environment(placement.environment())
                        .workingDirectory(cwd)
                        .killSignal(spec.killSignal())
                        .suspended(stopped)
                        .keepOutput(placement.keepOutput())
                        .nice(limits.nice(spec.ad()))
                        .useCgroup(limits.useCgroups());
        limits.cgroupParent().ifPresent(builder::cgroupParent);
        placement.lock().ifPresent(builder::lock);
        standardFile(cwd, spec.input(), builder::input);
        standardFile(cwd, spec.output(), builder::output);
        standardFile(cwd, spec.error(), builder::error);
        long addressSpace = limits.addressSpaceBytes(spec.ad());
        if (addressSpace > 0) {
            builder.limit(
                    LaunchSpec.Resource.ADDRESS_SPACE_BYTES, LaunchSpec.Limit.of(addressSpace));
        }
        builder.limits(JobSpecs.limits(spec.ad()));
        if (!limits.coreFiles()) {
            builder.limit(LaunchSpec.Resource.CORE_BYTES, LaunchSpec.Limit.of(0));
        }
        placement
                .user()
                .ifPresent(
                        user ->
                                builder.identity(
                                        new LaunchSpec.JobUser(
                                                user.uid(), user.gid(), user.groups())));
        return builder.build();
    }

    private static void standardFile(
            Path cwd, String name, java.util.function.Consumer<Path> setter) {
        Path path = cwd.resolve(name);
        if (!path.equals(NULL_FILE)) {
            setter.accept(path);
        }
    }

    @Override
    public void attach(Path directory, Listener news) {
        if (closing) {
            return;
        }
        reattach.attach(directory, new Events(news, directory))
                .whenComplete(
                        (result, failure) -> {
                            if (failure != null) {
                                news.lost(unwrapped(failure).getMessage());
                            } else {
                                tellFound(result, news);
                            }
                        });
    }

    private static void tellFound(Reattach.Result result, Listener news) {
        if (result instanceof Reattach.Result.Finished finished) {
            tellEnd(finished.exit(), news);
        } else if (result instanceof Reattach.Result.Gone gone) {
            news.lost(gone.reason());
        } else if (result instanceof Reattach.Result.Connected connected) {
            StarterStatus status = connected.status();
            Starter starter = new Connected(connected.connection(), news);
            news.found(starter, status.job(), status.stopped());
            status.exit().ifPresent(exit -> tellEnd(exit, news));
        }
    }

    private static void tellEnd(ExitRecord exit, Listener news) {
        if (exit.neverStarted()) {
            news.notStarted(exit.text(), exit.value());
            return;
        }
        news.exited(JobExit.of(exit));
    }

    /** What a starter says by itself. */
    private final class Events implements StarterListener {
        private final Listener news;
        private final Path directory;
        private volatile boolean ended;

        Events(Listener news, Path directory) {
            this.news = news;
            this.directory = directory;
        }

        @Override
        public void onEvent(StarterConnection connection, StarterEvent event) {
            if (event instanceof StarterEvent.Exited exited) {
                ended = true;
                tellEnd(exited.exit(), news);
            } else if (event instanceof StarterEvent.Lost && !ended) {
                // Nothing is known about the job by that: look for it again, unless it is this node
                // that hung up.
                ended = true;
                if (!closing) {
                    A_MOMENT_LATER.execute(() -> attach(directory, news));
                }
            }
        }
    }

    /** A starter that can be reached; a request that it does not answer shows as its loss. */
    private record Connected(StarterConnection connection, Listener news) implements Starter {

        @Override
        public void stop() {
            connection.stop().whenComplete(told("stop", r -> news.stopped(r.stopped())));
        }

        @Override
        public void resume() {
            connection.resume().whenComplete(told("continue", r -> news.continued()));
        }

        @Override
        public void terminate() {
            connection.terminate().whenComplete(told("terminate", r -> {}));
        }

        @Override
        public void signal(int signal) {
            connection.signal(signal).whenComplete(told("signal", r -> {}));
        }

        @Override
        public void kill() {
            connection.killFamily().whenComplete(told("kill", r -> {}));
        }

        @Override
        public void measure() {
            connection
                    .usage()
                    .whenComplete(
                            told(
                                    "usage",
                                    use ->
                                            news.uses(
                                                    new CpuTime(
                                                            JobExit.seconds(use.userCpu()),
                                                            JobExit.seconds(use.systemCpu())),
                                                    use.rssBytes())));
        }

        @Override
        public CompletionStage<Void> dismiss() {
            return connection
                    .acknowledgeExit()
                    .handle(
                            (answered, goneAlready) -> {
                                connection.close();
                                return null;
                            });
        }

        private static <T> BiConsumer<T, Throwable> told(
                String request, java.util.function.Consumer<T> then) {
            return (result, failure) -> {
                if (failure == null) {
                    then.accept(result);
                } else {
                    LOG.debug("{}: {}", request, unwrapped(failure).getMessage());
                }
            };
        }
    }
}
