// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.nio.ByteBuffer;
import java.time.Instant;
import roost.posix.Clocks;
import roost.posix.ProcessIdentity;

/** What a starter says by itself. An answer to one's own request is not an event as well. */
public sealed interface StarterEvent {

    /** The job's program runs, or waits stopped before its first instruction. */
    record Started(ProcessIdentity job, Instant at) implements StarterEvent {
        static Started decode(ByteBuffer in) {
            long pid = in.getInt();
            long ticks = in.getLong();
            return new Started(
                    new ProcessIdentity(pid, ticks, Clocks.bootId()),
                    Instant.EPOCH.plusNanos(in.getLong()));
        }
    }

    /**
     * The family is stopped.
     *
     * @param stopped processes that are
     * @param pending processes that were told to but have not yet: in an uninterruptible wait. They
     *     are told again until they do.
     */
    record Stopped(int stopped, int pending) implements StarterEvent {
        static Stopped decode(ByteBuffer in) {
            return new Stopped(in.getInt(), in.getInt());
        }
    }

    /** The family runs on. */
    record Continued(int processes) implements StarterEvent {
        static Continued decode(ByteBuffer in) {
            return new Continued(in.getInt());
        }
    }

    /**
     * The job has ended and its record is written (or kept in the starter, if there is no disk to
     * write to). It outlives node and starter; a machine that fails within the same millisecond may
     * not have it.
     */
    record Exited(ExitRecord exit) implements StarterEvent {}

    /**
     * The connection is gone and nothing more will come over it. Nothing is known about the job by
     * this alone: {@link Reattach} finds out.
     */
    record Lost(String reason) implements StarterEvent {}
}
