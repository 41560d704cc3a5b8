// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import roost.image.FileCheckpoints;
import roost.posix.DiskTrouble;
import roost.posix.ProcessIdentity;
import roost.starter.Reattach;

/**
 * The runs of a program that checkpoints itself, which look like one run to its {@link JobActor}:
 * whenever the program ends in the promised way, its files are kept and it is started again, in the
 * same place. Between two of its processes there is nothing to stop or to end, so that such orders
 * are carried out at once; nobody waits for files to be copied.
 *
 * <p>What each starter says and what the actor orders comes from different threads; hence the lock.
 * A node that dies between two processes finds the end of the first again, or nothing: then the job
 * goes on from its newest checkpoint in a new run.
 */
final class RepeatedRun implements Starters, Starters.Starter, Starters.Listener {
    private static final Duration STARTER_GOES_WITHIN = Duration.ofSeconds(5);

    private final JobActor.Surroundings node;
    private final JobSpec spec;
    private final SelfCheckpointing job;
    private final Sandbox sandbox;

    private Listener news;

    /** Of the process that lives, or lived last. */
    private Starter current;

    private boolean live;
    private boolean attached;
    private boolean begun;
    private boolean stopped;
    private boolean launchedStopped;
    private boolean ending;
    private boolean killed;
    private boolean asked;
    private int attempts;
    private Optional<JobExit> before = Optional.empty();

    RepeatedRun(JobActor.Surroundings node, JobSpec spec, Sandbox sandbox) {
        this.node = node;
        this.spec = spec;
        this.job = spec.selfCheckpointing().orElseThrow();
        this.sandbox = sandbox;
        this.attempts = job.attempts();
    }

    /**
     * Puts the job's files back to where they were at its newest checkpoint.
     *
     * @return what to begin with, the output kept if there is a checkpoint
     * @throws JobFailure if there is one and its files could not be put back
     */
    static Images.Beginning begin(Images images, JobSpec spec, Placement placement)
            throws JobFailure {
        try {
            FileCheckpoints.Restored restored =
                    images.fileCheckpoints(spec).restore(placement.workingDirectory());
            return new Images.Beginning(
                    restored.number().isPresent() ? placement.keepingOutput() : placement,
                    new JobNews.Origin(OptionalInt.empty(), restored.damaged()),
                    Optional.empty());
        } catch (IOException e) {
            throw new JobFailure(
                    "cannot put the files of the job's checkpoint back: " + DiskTrouble.text(e), e);
        }
    }

    // --- the program as the job's actor sees it

    @Override
    public synchronized void launch(
            Path directory, JobSpec sameSpec, Placement placement, boolean halted, Listener to) {
        news = to;
        stopped = halted;
        launchedStopped = halted;
        node.starters().launch(directory, spec, placement, halted, this);
    }

    @Override
    public synchronized void attach(Path directory, Listener to) {
        news = to;
        attached = true;
        node.starters().attach(directory, this);
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (live) {
            current.stop();
        } else {
            news.stopped(0);
        }
    }

    @Override
    public synchronized void resume() {
        stopped = false;
        if (live) {
            current.resume();
        } else {
            news.continued();
        }
    }

    @Override
    public synchronized void terminate() {
        ending = true;
        stopped = false;
        if (live) {
            current.terminate();
        }
    }

    @Override
    public synchronized void kill() {
        ending = true;
        killed = true;
        if (live) {
            current.kill();
        }
    }

    @Override
    public synchronized void measure() {
        if (live) {
            current.measure();
        }
    }

    /** Asks the program for a checkpoint; false if it does not want to be asked. */
    @Override
    public synchronized boolean askForCheckpoint() {
        if (job.signal().isEmpty()) {
            return false;
        }
        if (live && !asked) {
            asked = true;
            current.signal(job.signal().getAsInt());
        }
        return true;
    }

    @Override
    public void signal(int number) {
        throw new UnsupportedOperationException("a program that is restarted has no one process");
    }

    @Override
    public synchronized CompletionStage<Void> dismiss() {
        return current == null ? CompletableFuture.completedFuture(null) : current.dismiss();
    }

    // --- what the starters say

    @Override
    public synchronized void started(Starter starter, ProcessIdentity process, long at) {
        current = starter;
        live = true;
        if (begun) {
            carryOutWhatWaited();
        } else if (attached) {
            begun = true;
            news.found(this, Optional.of(process), launchedStopped);
        } else {
            begun = true;
            news.started(this, process, at);
        }
    }

    /** Orders that came while there was no process to carry them out on. */
    private void carryOutWhatWaited() {
        if (killed) {
            current.kill();
        } else if (ending) {
            current.terminate();
        } else if (stopped && !launchedStopped) {
            current.stop();
        } else if (!stopped && launchedStopped) {
            current.resume();
        }
    }

    @Override
    public synchronized void found(
            Starter starter, Optional<ProcessIdentity> process, boolean halted) {
        current = starter;
        live = true;
        begun = true;
        stopped = halted;
        news.found(this, process, halted);
    }

    @Override
    public void stopped(int processes) {
        news.stopped(processes);
    }

    @Override
    public void continued() {
        news.continued();
    }

    @Override
    public synchronized void uses(CpuTime cpu, long residentBytes) {
        news.uses(before.map(CpuTime::of).orElse(CpuTime.NONE).plus(cpu), residentBytes);
    }

    @Override
    public synchronized void notStarted(String reason, int errno) {
        if (begun) {
            news.lost("the program could not be started again after its checkpoint: " + reason);
        } else {
            news.notStarted(reason, errno);
        }
    }

    @Override
    public void lost(String reason) {
        news.lost(reason);
    }

    @Override
    public synchronized void exited(JobExit exit, JobNews.Traces traces) {
        live = false;
        JobExit whole = before.map(exit::after).orElse(exit);
        if (job.promise().isKeptBy(exit)) {
            before = Optional.of(whole);
            attempts++;
            node.blocking().execute(() -> keep(attempts, CpuTime.of(whole)));
        } else if (asked && !ending) {
            news.exited(whole, JobNews.Traces.broken(job.broken(exit)));
        } else {
            news.exited(whole, JobNews.Traces.NONE);
        }
    }

    /** Blocks. */
    private void keep(int attempt, CpuTime used) {
        JobNews.SelfCheckpointed kept;
        try {
            Path cwd = node.sandboxes().placement(spec, sandbox).workingDirectory();
            FileCheckpoints.Saved saved =
                    node.images()
                            .fileCheckpoints(spec)
                            .save(attempt, cwd, job.files(), spec.outputs(cwd));
            kept = JobNews.SelfCheckpointed.success(saved.number(), saved.bytes(), used);
        } catch (IOException | JobFailure e) {
            kept = JobNews.SelfCheckpointed.failure(attempt, used, DiskTrouble.text(e));
        }
        afterwards(kept);
    }

    private synchronized void afterwards(JobNews.SelfCheckpointed kept) {
        attempts = Math.max(attempts, kept.number());
        asked = false;
        news.selfCheckpointed(kept);
        if (ending) {
            boolean success = kept.problem().isEmpty();
            news.exited(before.orElseThrow(), success ? JobNews.Traces.SAVED : JobNews.Traces.NONE);
            return;
        }
        dismiss().whenCompleteAsync((done, error) -> again(), node.blocking());
    }

    /** Blocks. */
    private void again() {
        try {
            Reattach.awaitGone(sandbox.starter(), STARTER_GOES_WITHIN);
            node.sandboxes().renewStarter(sandbox);
            launchAgain(node.sandboxes().placement(spec, sandbox).keepingOutput());
        } catch (IOException | JobFailure e) {
            notStarted(e.getMessage(), 0);
        }
    }

    private synchronized void launchAgain(Placement placement) {
        if (ending) {
            news.exited(before.orElseThrow(), JobNews.Traces.SAVED);
            return;
        }
        launchedStopped = stopped;
        node.starters().launch(sandbox.starter(), spec, placement, stopped, this);
    }
}
