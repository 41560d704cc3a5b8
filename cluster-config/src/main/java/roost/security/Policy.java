// SPDX-License-Identifier: Apache-2.0
package roost.security;

import java.util.Collection;
import java.util.Set;

/**
 * Who may do what at a node: the one place that decides. Immutable and pure.
 *
 * <p>Names in the lists are {@code user} or {@code user@domain}, compared exactly, with no
 * wildcards. An empty list of claimants means that nobody may claim. Source: HTCondor manual 8.0
 * §4.3.3 for VALID_COD_USERS; the administrators' list is Roost's own.
 */
public final class Policy {
    /** Nobody may do anything but look. */
    public static final Policy DENY = new Policy("", Set.of(), Set.of());

    private final String nodeUser;
    private final Set<String> claimants;
    private final Set<String> administrators;

    /**
     * @param nodeUser the account that the node runs as, which is always an administrator; empty
     *     for none
     * @param claimants VALID_COD_USERS
     * @param administrators COD_SUPER_USERS
     */
    public Policy(
            String nodeUser, Collection<String> claimants, Collection<String> administrators) {
        this.nodeUser = nodeUser;
        this.claimants = Set.copyOf(claimants);
        this.administrators = Set.copyOf(administrators);
    }

    /** What the caller may do in general. */
    public AccessLevel level(Identity caller) {
        return isAdministrator(caller) ? AccessLevel.ADMINISTRATOR : AccessLevel.WRITE;
    }

    /**
     * Whether the caller may have claims of his own. Administrators are no exception: they may act
     * on the claims there are, but where the list is empty nobody makes any.
     */
    public boolean mayClaim(Identity caller) {
        return listed(claimants, caller);
    }

    /** Whether the caller may act on everybody's claims. */
    public boolean isAdministrator(Identity caller) {
        return listed(administrators, caller)
                || (!nodeUser.isEmpty() && nodeUser.equals(caller.user()));
    }

    /** Whether the caller may use what belongs to a user. */
    public boolean mayActFor(Identity caller, String owner) {
        return caller.user().equals(owner) || isAdministrator(caller);
    }

    private static boolean listed(Set<String> names, Identity caller) {
        return names.contains(caller.user()) || names.contains(caller.qualified());
    }
}
