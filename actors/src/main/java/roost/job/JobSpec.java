// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.classad.ClassAd;
import roost.id.NodeAddress;

/**
 * Everything needed to run a program, worked out from an application's attributes.
 *
 * @param label names the job in logs: {@code COD4}, {@code 12.0}
 * @param cluster number in user log events
 * @param proc number in user log events
 * @param slot name of the slot it runs in, {@code slot1}
 * @param owner account that the job runs as when the node is root; empty if nobody said
 * @param executable absolute path of the program
 * @param arguments argv, the first being the program's own name
 * @param environment the job's own part; the sandbox's variables are added when it starts
 * @param workingDirectory absolute path; empty means the sandbox
 * @param input absolute path, {@code /dev/null} if none
 * @param output absolute path, {@code /dev/null} if none
 * @param error absolute path, {@code /dev/null} if none
 * @param killSignal sent to the main process to ask it to end
 * @param userLog where the node records the job's life for the user, if anywhere
 * @param ad what goes into the sandbox as {@code .job.ad}
 * @param checkpointing present for a job of the standard universe
 * @param selfCheckpointing present for a job that checkpoints itself and is started again
 * @param guest present for a job of another node's queue
 */
public record JobSpec(
        String label,
        int cluster,
        int proc,
        String slot,
        Optional<String> owner,
        String executable,
        List<String> arguments,
        Map<String, String> environment,
        Optional<String> workingDirectory,
        String input,
        String output,
        String error,
        int killSignal,
        Optional<UserLog> userLog,
        ClassAd ad,
        Optional<Checkpointing> checkpointing,
        Optional<SelfCheckpointing> selfCheckpointing,
        Optional<Guest> guest) {

    /**
     * What a job of another node's queue has besides.
     *
     * @param queue the node in whose queue it is
     * @param lock absolute; held locked as long as the program lives, because other nodes may start
     *     the job, too. A job of the standard universe has one anyway.
     */
    public record Guest(NodeAddress queue, Path lock) {}

    /** The same program, under the checkpoint library. */
    public JobSpec with(Checkpointing newCheckpointing) {
        return with(Optional.of(newCheckpointing), Optional.empty(), guest);
    }

    /** The same program, started again whenever it has checkpointed itself. */
    public JobSpec with(SelfCheckpointing newSelfCheckpointing) {
        return with(Optional.empty(), Optional.of(newSelfCheckpointing), guest);
    }

    /** The same program, for a node that is not the queue's. */
    public JobSpec with(Guest newGuest) {
        return with(checkpointing, selfCheckpointing, Optional.of(newGuest));
    }

    /** Where its standard output and error go. */
    List<Path> outputs(Path cwd) {
        return List.of(cwd.resolve(output), cwd.resolve(error));
    }

    private JobSpec with(
            Optional<Checkpointing> newCheckpointing,
            Optional<SelfCheckpointing> newSelfCheckpointing,
            Optional<Guest> newGuest) {
        return new JobSpec(
                label,
                cluster,
                proc,
                slot,
                owner,
                executable,
                arguments,
                environment,
                workingDirectory,
                input,
                output,
                error,
                killSignal,
                userLog,
                ad,
                newCheckpointing,
                newSelfCheckpointing,
                newGuest);
    }

    /**
     * A user log that the node itself keeps for a job. Batch jobs have none: their queue does it.
     */
    public record UserLog(String path, boolean xml) {}
}
