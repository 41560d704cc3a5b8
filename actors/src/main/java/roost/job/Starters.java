// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import roost.posix.Accounts;
import roost.posix.ProcessIdentity;

/** Starter processes, as jobs use them: one a job, outliving the node. */
public interface Starters {

    /**
     * Has a starter run a program. Returns at once; what happens is told to the listener.
     *
     * @param directory the starter's own, where it can be found again after a restart of the node
     * @param stopped stop the program before its first instruction
     */
    void launch(Path directory, JobSpec spec, Placement placement, boolean stopped, Listener news);

    /** Looks for the starter of an earlier {@link #launch}, however long ago. */
    void attach(Path directory, Listener news);

    /**
     * What is executed, where, and as whom.
     *
     * @param executable absolute path
     * @param arguments argv
     * @param workingDirectory absolute
     * @param environment all of it
     * @param user none means the node's own
     * @param keepOutput whether output files keep what they have, because the program goes on
     * @param lock held locked as long as the run lives, so that no other begins; none if that
     *     cannot happen
     */
    record Placement(
            Path executable,
            List<String> arguments,
            Path workingDirectory,
            Map<String, String> environment,
            Optional<Accounts.Account> user,
            boolean keepOutput,
            Optional<Path> lock) {

        /** The same, with output files as they are. */
        Placement keepingOutput() {
            return new Placement(
                    executable, arguments, workingDirectory, environment, user, true, lock);
        }
    }

    /** What can be asked of a job's starter. Never blocks; answers go to the {@link Listener}. */
    interface Starter {
        /** Stops every process of the job; told as {@link Listener#stopped}. */
        void stop();

        /** Lets every process go on; told as {@link Listener#continued}. */
        void resume();

        /** Lets every process go on, then sends the kill signal to the main process. */
        void terminate();

        /** Sends a signal to the main process. */
        void signal(int signal);

        /** Kills every process at once. */
        void kill();

        /** Has what the job uses told as {@link Listener#uses}. */
        void measure();

        /** Asks a program that checkpoints itself to do so now; false if it cannot be asked. */
        default boolean askForCheckpoint() {
            return false;
        }

        /** The exit is safe with the node: the starter may go. Completes when it has answered. */
        CompletionStage<Void> dismiss();
    }

    /** Told what becomes of a job, on any thread, one call at a time. */
    interface Listener {
        /** The program runs, or is stopped before its first instruction. */
        void started(Starter starter, ProcessIdentity process, long startedAtMillis);

        /**
         * After {@link #attach}: the job runs, or is stopped, since before.
         *
         * @param process none if it has ended and its exit follows
         */
        void found(Starter starter, Optional<ProcessIdentity> process, boolean stopped);

        void stopped(int processes);

        void continued();

        /**
         * What all processes of the job use.
         *
         * @param cpu since its start, of those that have ended as well
         * @param residentBytes now, shared pages counted for each process
         */
        void uses(CpuTime cpu, long residentBytes);

        /**
         * The program never ran.
         *
         * @param errno why the starter could not start it; 0 if there was no starter to try
         */
        void notStarted(String reason, int errno);

        /** The job and all its descendants are gone. */
        void exited(JobExit exit, JobNews.Traces traces);

        default void exited(JobExit exit) {
            exited(exit, JobNews.Traces.NONE);
        }

        /** A program that checkpoints itself has done so, and is about to be started again. */
        default void selfCheckpointed(JobNews.SelfCheckpointed news) {
            throw new IllegalStateException("this starter does not look for checkpoints");
        }

        /** The job cannot be reached any more. */
        void lost(String reason);
    }
}
