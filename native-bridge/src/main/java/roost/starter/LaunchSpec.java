// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a starter is to run, and how. Made with {@link #builder}.
 *
 * <p>The standard files are opened as the job's user: input read-only, output and error created and
 * truncated (unless {@code keepOutput}) and always appended to. Source: HTCondor 8.8 starter,
 * {@code user_proc.cpp}.
 *
 * @param jobDirectory the node's own directory for this one start: absolute, existing, owned by the
 *     node's user and writable by nobody else, used for no start before. Not the job's sandbox.
 * @param executable absolute path of the program
 * @param arguments argv, with argv[0]
 * @param environment the whole environment; nothing is inherited
 * @param workingDirectory absolute; it must exist
 * @param input standard input; absent means {@code /dev/null}, as for the next two
 * @param identity whom the job runs as; only a superuser's starter can change that
 * @param umask 0..0777, for the standard files too
 * @param limits resource limits; those not named are inherited
 * @param nice 0..39, added to the starter's own
 * @param killSignal sent to the main process by {@link StarterConnection#terminate}
 * @param cgroupParent where to make the job's control group; absent means wherever one can be made
 * @param lock a file that is held locked while the job lives, so that nobody else starts it
 *     meanwhile; made if it is not there. A launch that finds it locked fails with EWOULDBLOCK.
 * @param useCgroup false for no control group at all
 * @param noNewPrivileges whether set-user-id programs lose their power under the job
 * @param suspended whether the job starts stopped, before its first instruction
 * @param keepOutput whether output and error keep what they have: for a job that goes on from a
 *     checkpoint
 */
public record LaunchSpec(
        Path jobDirectory,
        Path executable,
        List<String> arguments,
        Map<String, String> environment,
        Path workingDirectory,
        Optional<Path> input,
        Optional<Path> output,
        Optional<Path> error,
        Optional<JobUser> identity,
        int umask,
        Map<Resource, Limit> limits,
        int nice,
        int killSignal,
        Optional<Path> cgroupParent,
        Optional<Path> lock,
        boolean useCgroup,
        boolean noNewPrivileges,
        boolean suspended,
        boolean keepOutput) {

    /** Whom a job runs as: numbers, because the starter looks nothing up. */
    public record JobUser(int uid, int gid, List<Integer> groups) {
        public JobUser {
            groups = List.copyOf(groups);
        }
    }

    /** Resource limits by their Linux numbers (asm-generic/resource.h). */
    public enum Resource {
        CPU_SECONDS(0),
        FILE_SIZE_BYTES(1),
        DATA_BYTES(2),
        STACK_BYTES(3),
        CORE_BYTES(4),
        RSS_BYTES(5),
        PROCESSES(6),
        OPEN_FILES(7),
        LOCKED_BYTES(8),
        ADDRESS_SPACE_BYTES(9);

        private final int number;

        Resource(int number) {
            this.number = number;
        }
    }

    /** A soft and a hard limit in the resource's own unit. */
    public record Limit(long soft, long hard) {
        /** No limit. */
        public static final long INFINITE = -1;

        public static Limit of(long both) {
            return new Limit(both, both);
        }
    }

    private static final int SIGTERM = 15;
    private static final int IDENTITY = 1;
    private static final int SUSPENDED = 1 << 1;
    private static final int NO_NEW_PRIVS = 1 << 2;
    private static final int NO_CGROUP = 1 << 3;
    private static final int KEEP_OUTPUT = 1 << 4;

    public LaunchSpec {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        limits = Map.copyOf(limits);
        requireAbsolute(jobDirectory, "job directory");
        requireAbsolute(executable, "executable");
        requireAbsolute(workingDirectory, "working directory");
        input.ifPresent(p -> requireAbsolute(p, "standard input"));
        output.ifPresent(p -> requireAbsolute(p, "standard output"));
        error.ifPresent(p -> requireAbsolute(p, "standard error"));
        lock.ifPresent(p -> requireAbsolute(p, "lock"));
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("arguments must at least name the program");
        }
        arguments.forEach(a -> requireNoNul(a, "argument"));
        environment.forEach(
                (name, value) -> {
                    requireNoNul(name, "environment name");
                    requireNoNul(value, "environment value");
                    if (name.isEmpty() || name.indexOf('=') >= 0) {
                        throw new IllegalArgumentException("bad environment name '" + name + "'");
                    }
                });
    }

    public static Builder builder(Path jobDirectory, Path executable) {
        return new Builder(jobDirectory, executable);
    }

    /**
     * The body of the launch frame. Throws {@link IllegalArgumentException} if it were longer than
     * 4 MiB.
     */
    ByteBuffer encode() {
        Encoder out = new Encoder();
        out.u32(flags());
        JobUser user = identity.orElse(new JobUser(0, 0, List.of()));
        out.u32(user.uid());
        out.u32(user.gid());
        out.u32(user.groups().size());
        user.groups().forEach(out::u32);
        out.u32(nice);
        out.u32(umask);
        out.u32(killSignal);
        out.u32(limits.size());
        limits.forEach(
                (resource, limit) -> {
                    out.u32(resource.number);
                    out.u64(limit.soft());
                    out.u64(limit.hard());
                });
        out.string(jobDirectory.toString());
        out.string(executable.toString());
        out.string(workingDirectory.toString());
        for (Optional<Path> file : List.of(input, output, error, cgroupParent, lock)) {
            out.string(file.map(Path::toString).orElse(""));
        }
        out.u32(arguments.size());
        arguments.forEach(out::string);
        out.u32(environment.size());
        environment.forEach((name, value) -> out.string(name + "=" + value));
        return out.finish();
    }

    private int flags() {
        return (identity.isPresent() ? IDENTITY : 0)
                | (suspended ? SUSPENDED : 0)
                | (noNewPrivileges ? NO_NEW_PRIVS : 0)
                | (useCgroup ? 0 : NO_CGROUP)
                | (keepOutput ? KEEP_OUTPUT : 0);
    }

    private static void requireAbsolute(Path path, String what) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(what + " '" + path + "' must be absolute");
        }
    }

    private static void requireNoNul(String text, String what) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " with a NUL inside");
        }
    }

    /** A growing little-endian buffer. */
    private static final class Encoder {
        private ByteBuffer buffer = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

        void u32(int value) {
            room(Integer.BYTES).putInt(value);
        }

        void u64(long value) {
            room(Long.BYTES).putLong(value);
        }

        void string(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            u32(bytes.length);
            room(bytes.length).put(bytes);
        }

        ByteBuffer finish() {
            return buffer.flip();
        }

        private ByteBuffer room(int bytes) {
            if (buffer.position() + bytes > Frame.BODY_MAX_BYTES) {
                throw new IllegalArgumentException(
                        "arguments and environment together are longer than 4 MiB");
            }
            if (buffer.remaining() < bytes) {
                int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
                buffer =
                        ByteBuffer.allocate(capacity)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .put(buffer.flip());
            }
            return buffer;
        }
    }

    /** Collects a specification; everything but the two paths of the constructor has a default. */
    public static final class Builder {
        private final Path jobDirectory;
        private final Path executable;
        private List<String> arguments;
        private Map<String, String> environment = Map.of();
        private Path workingDirectory;
        private Optional<Path> input = Optional.empty();
        private Optional<Path> output = Optional.empty();
        private Optional<Path> error = Optional.empty();
        private Optional<JobUser> identity = Optional.empty();
        private int umask = 022;
        private final Map<Resource, Limit> limits = new LinkedHashMap<>();
        private int nice;
        private int killSignal = SIGTERM;
        private Optional<Path> cgroupParent = Optional.empty();
        private Optional<Path> lock = Optional.empty();
        private boolean useCgroup = true;
        private boolean noNewPrivileges = true;
        private boolean suspended;
        private boolean keepOutput;

        private Builder(Path jobDirectory, Path executable) {
            this.jobDirectory = Objects.requireNonNull(jobDirectory);
            this.executable = Objects.requireNonNull(executable);
            this.arguments = List.of(executable.toString());
            this.workingDirectory = Path.of("/");
        }

        /** The whole argv, argv[0] included. Default: the executable alone. */
        public Builder argv(Collection<String> argv) {
            arguments = new ArrayList<>(argv);
            return this;
        }

        public Builder environment(Map<String, String> all) {
            environment = all;
            return this;
        }

        /** Default {@code /}. */
        public Builder workingDirectory(Path directory) {
            workingDirectory = directory;
            return this;
        }

        public Builder input(Path file) {
            input = Optional.of(file);
            return this;
        }

        public Builder output(Path file) {
            output = Optional.of(file);
            return this;
        }

        public Builder error(Path file) {
            error = Optional.of(file);
            return this;
        }

        public Builder identity(JobUser user) {
            identity = Optional.of(user);
            return this;
        }

        /** Default 022. */
        public Builder umask(int mask) {
            umask = mask;
            return this;
        }

        public Builder limits(Map<Resource, Limit> more) {
            limits.putAll(more);
            return this;
        }

        public Builder limit(Resource resource, Limit limit) {
            limits.put(resource, limit);
            return this;
        }

        public Builder nice(int increment) {
            nice = increment;
            return this;
        }

        /** Default SIGTERM. */
        public Builder killSignal(int signal) {
            killSignal = signal;
            return this;
        }

        public Builder cgroupParent(Path directory) {
            cgroupParent = Optional.of(directory);
            return this;
        }

        /** Default none. */
        public Builder lock(Path file) {
            lock = Optional.of(file);
            return this;
        }

        public Builder useCgroup(boolean use) {
            useCgroup = use;
            return this;
        }

        /** Default true. */
        public Builder noNewPrivileges(boolean on) {
            noNewPrivileges = on;
            return this;
        }

        public Builder suspended(boolean on) {
            suspended = on;
            return this;
        }

        public Builder keepOutput(boolean on) {
            keepOutput = on;
            return this;
        }

        public LaunchSpec build() {
            return new LaunchSpec(
                    jobDirectory,
                    executable,
                    arguments,
                    environment,
                    workingDirectory,
                    input,
                    output,
                    error,
                    identity,
                    umask,
                    limits,
                    nice,
                    killSignal,
                    cgroupParent,
                    lock,
                    useCgroup,
                    noNewPrivileges,
                    suspended,
                    keepOutput);
        }
    }
}
