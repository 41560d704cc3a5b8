// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.nio.ByteBuffer;
import java.util.Optional;
import roost.posix.Clocks;
import roost.posix.ProcessIdentity;

/**
 * How a starter sees its job.
 *
 * @param stopped whether the family is meant to be stopped
 * @param recordOnDisk whether the exit record is
 * @param cgroup whether the job has a control group
 * @param starterPid the starter's own pid
 * @param job the main process, once there is one
 * @param recordProblem why the exit record could not be written, else empty
 * @param exit how the job ended, if it has
 */
public record StarterStatus(
        Phase phase,
        boolean stopped,
        boolean recordOnDisk,
        boolean cgroup,
        long starterPid,
        Optional<ProcessIdentity> job,
        String recordProblem,
        Optional<ExitRecord> exit) {

    /** In the order of the protocol's numbers. */
    public enum Phase {
        IDLE,
        RUNNING,
        ENDED
    }

    static StarterStatus decode(ByteBuffer in) {
        Phase phase = Phase.values()[in.getInt()];
        int flags = in.getInt();
        long starter = in.getInt();
        long pid = in.getInt();
        long ticks = in.getLong();
        in.getInt(); // the errno, which the text repeats
        String problem = Frame.string(in);
        return new StarterStatus(
                phase,
                (flags & 1) != 0,
                (flags & 2) != 0,
                (flags & 4) != 0,
                starter,
                pid == 0
                        ? Optional.empty()
                        : Optional.of(new ProcessIdentity(pid, ticks, Clocks.bootId())),
                problem,
                phase == Phase.ENDED ? Optional.of(ExitRecord.decode(in)) : Optional.empty());
    }
}
