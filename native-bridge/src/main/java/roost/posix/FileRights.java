// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.IOException;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Does file work with another account's rights, in a process that is root. Only a thread of its own
 * changes its rights, and ends afterwards: no other code can come to run with them, or with root's
 * by mistake.
 *
 * <p>Linux keeps the ids that decide about files ({@code setfsuid(2)}) by thread. The C library's
 * {@code setgroups} would change them for the whole process, so the system call is made directly.
 */
public final class FileRights {

    /** File work that gives a result. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Calls of the C library. Public, because JNR implements it in a class of its own. */
    public interface C {
        int setfsuid(int uid);

        int setfsgid(int gid);

        long syscall(long number, long size, Pointer list);
    }

    private static final class Library {
        static final C C = LibraryLoader.create(C.class).load("c");
    }

    private static final long SETGROUPS =
            System.getProperty("os.arch", "").equals("aarch64") ? 159 : 116;

    private FileRights() {}

    /**
     * Runs the work with the account's rights.
     *
     * @throws IOException what the work throws, or that the rights could not be had
     */
    public static <T> T as(Accounts.Account account, Work<T> work) throws IOException {
        Result<T> result = new Result<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                become(account);
                                result.value = work.run();
                            } catch (IOException | RuntimeException e) {
                                result.failure = e;
                            }
                        },
                        "files-of-" + account.name());
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (result.failure instanceof RuntimeException bug) {
            throw bug;
        }
        if (result.failure instanceof IOException failure) {
            throw failure;
        }
        return result.value;
    }

    private static void become(Accounts.Account account) throws IOException {
        List<Integer> groups = account.groups();
        Pointer list = Memory.allocate(Runtime.getSystemRuntime(), 4 * Math.max(1, groups.size()));
        for (int i = 0; i < groups.size(); i++) {
            list.putInt(4L * i, groups.get(i));
        }
        if (Library.C.syscall(SETGROUPS, groups.size(), list) != 0) {
            throw new IOException("cannot take on the groups of account " + account.name());
        }
        Library.C.setfsgid(account.gid());
        Library.C.setfsuid(account.uid());
        // They answer with the id before, so asking once more tells whether it worked.
        if (Library.C.setfsuid(-1) != account.uid() || Library.C.setfsgid(-1) != account.gid()) {
            throw new IOException("cannot take on the rights of account " + account.name());
        }
    }

    /** Handed from one thread to the other by join. */
    private static final class Result<T> {
        private T value;
        private Exception failure;
    }
}
