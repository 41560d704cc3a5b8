// SPDX-License-Identifier: Apache-2.0
package roost.security;

/**
 * Who sent a request, as established by the door it came through.
 *
 * @param user account name, without domain; what claims and jobs are owned by
 * @param domain the node's UID_DOMAIN, or where the account is known
 * @param clientHost numeric address of the machine that the request came from
 * @param method how the identity was established
 */
public record Identity(String user, String domain, String clientHost, Method method) {
    /** How an identity was established. */
    public enum Method {
        /** Kernel-checked credentials of the peer of a UNIX socket. */
        PEER_CREDENTIALS,
        /** A member of the cluster that runs as this user and vouches for itself. */
        CLUSTER_MEMBER
    }

    /** The user as {@code user@domain}. */
    public String qualified() {
        return user + "@" + domain;
    }
}
