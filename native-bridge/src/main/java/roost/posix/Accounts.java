// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.byref.IntByReference;
import jnr.posix.Passwd;

/**
 * The accounts of this machine, asked of the C library, so that LDAP and the like count as well as
 * /etc/passwd.
 */
public final class Accounts {
    /** One account. The groups are all it belongs to, the primary one included. */
    public record Account(String name, int uid, int gid, List<Integer> groups, Path home) {
        public Account {
            groups = List.copyOf(groups);
        }
    }

    private static final int GROUPS_MAX = 4096;

    private Accounts() {}

    public static Optional<Account> byName(String name) {
        return account(Posix.library().getpwnam(name));
    }

    public static Optional<Account> byUid(int uid) {
        return account(Posix.library().getpwuid(uid));
    }

    /** The account that this process runs as; a uid without an account is named by its number. */
    public static Account own() {
        int uid = Posix.effectiveUserId();
        int gid = Posix.library().getegid();
        return byUid(uid)
                .orElse(new Account(Integer.toString(uid), uid, gid, List.of(gid), Path.of("/")));
    }

    private static Optional<Account> account(Passwd entry) {
        if (entry == null) {
            return Optional.empty();
        }
        int gid = Math.toIntExact(entry.getGID());
        return Optional.of(
                new Account(
                        entry.getLoginName(),
                        Math.toIntExact(entry.getUID()),
                        gid,
                        groups(entry.getLoginName(), gid),
                        Path.of(entry.getHome())));
    }

    private static List<Integer> groups(String name, int gid) {
        int[] groups = new int[GROUPS_MAX];
        IntByReference count = new IntByReference(groups.length);
        if (Library.C.getgrouplist(name, gid, groups, count) < 0) {
            throw new IllegalStateException(
                    "account " + name + " is in more than " + GROUPS_MAX + " groups");
        }
        return Arrays.stream(groups, 0, count.intValue()).boxed().toList();
    }

    /** What JNR-POSIX leaves out. Public, because JNR implements it in a class of its own. */
    public interface C {
        int getgrouplist(String user, int group, int[] groups, IntByReference count);
    }

    private static final class Library {
        static final C C = LibraryLoader.create(C.class).load("c");
    }
}
