// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What happened to a job. Numbers and meanings are those of HTCondor's job event log; byte counts
 * are bytes, 0 or more.
 */
public sealed interface JobEvent {

    /** The event's number, 0 to 21. */
    int number();

    /** 000: the job entered the queue of a host, written {@code <ip:port>}. */
    record Submitted(String host, Optional<String> notes) implements JobEvent {
        @Override
        public int number() {
            return 0;
        }
    }

    /** 001: the job is about to run; the host is its starter's address. */
    record Executing(String host) implements JobEvent {
        @Override
        public int number() {
            return 1;
        }
    }

    /** 002: the job's program cannot be run. */
    record ExecutableError(Kind kind) implements JobEvent {
        /** Why not. */
        public enum Kind {
            NOT_EXECUTABLE,
            BAD_LINK
        }

        @Override
        public int number() {
            return 2;
        }
    }

    /** 003: an image of the job was stored. */
    record Checkpointed(Usage runRemote, Usage runLocal, long bytesSent) implements JobEvent {
        @Override
        public int number() {
            return 3;
        }
    }

    /**
     * 004: the job was taken off its machine.
     *
     * @param reason by whom and why; HTCondor 8.8 writes the line only for a job that was requeued
     *     after it had ended, and its readers pass over it anywhere
     */
    record Evicted(
            Outcome outcome,
            Usage runRemote,
            Usage runLocal,
            long bytesSent,
            long bytesReceived,
            Optional<String> reason)
            implements JobEvent {

        /** What became of the job's work. */
        public sealed interface Outcome {}

        /** It is kept. */
        public record WithCheckpoint() implements Outcome {}

        /** It is lost. */
        public record WithoutCheckpoint() implements Outcome {}

        /** The job ended and goes back into the queue. */
        public record Requeued(Termination termination) implements Outcome {}

        @Override
        public int number() {
            return 4;
        }
    }

    /** 005: the job ended by itself. */
    record Terminated(
            Termination termination,
            Usage runRemote,
            Usage runLocal,
            Usage totalRemote,
            Usage totalLocal,
            long runBytesSent,
            long runBytesReceived,
            long totalBytesSent,
            long totalBytesReceived)
            implements JobEvent {

        /** A job that used only CPU of the machine it ran on, as a COD job does. */
        public static Terminated local(Termination termination, Usage runLocal) {
            return new Terminated(
                    termination, Usage.NONE, runLocal, Usage.NONE, Usage.NONE, 0, 0, 0, 0);
        }

        @Override
        public int number() {
            return 5;
        }
    }

    /** 006: the job's memory, in the units of the names. */
    record ImageSize(
            long sizeKib,
            OptionalLong memoryMib,
            OptionalLong residentKib,
            OptionalLong proportionalKib)
            implements JobEvent {
        @Override
        public int number() {
            return 6;
        }
    }

    /** 007: whoever watched over the job failed. */
    record ShadowException(String message, long bytesSent, long bytesReceived) implements JobEvent {
        @Override
        public int number() {
            return 7;
        }
    }

    /** 009: the job was removed. */
    record Aborted(Optional<String> reason) implements JobEvent {
        @Override
        public int number() {
            return 9;
        }
    }

    /** 010: the job's processes were stopped. */
    record Suspended(int processes) implements JobEvent {
        @Override
        public int number() {
            return 10;
        }
    }

    /** 011: the job's processes go on. */
    record Unsuspended() implements JobEvent {
        @Override
        public int number() {
            return 11;
        }
    }

    /** 012: the job waits for somebody to release it. */
    record Held(Optional<String> reason, int code, int subcode) implements JobEvent {
        @Override
        public int number() {
            return 12;
        }
    }

    /** 013: the job may run again. */
    record Released(Optional<String> reason) implements JobEvent {
        @Override
        public int number() {
            return 13;
        }
    }

    /** 021: a daemon tells of a problem with the job; a critical one ended this run. */
    record RemoteError(String daemon, String host, String message, boolean critical)
            implements JobEvent {
        @Override
        public int number() {
            return 21;
        }
    }

    /** CPU time; written in whole seconds. */
    record Usage(Duration user, Duration system) {
        public static final Usage NONE = new Usage(Duration.ZERO, Duration.ZERO);
    }

    /** How a job's process ended. */
    sealed interface Termination {}

    /** It called exit. */
    record Exited(int status) implements Termination {}

    /** A signal ended it, perhaps leaving a core file. */
    record Signalled(int signal, Optional<String> coreFile) implements Termination {}
}
