// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import roost.security.Identity;

/**
 * Who is at the other end of a UNIX socket, as the kernel vouches for it.
 *
 * @param domain the node's UID_DOMAIN, where the accounts are known
 * @param host the node's own address: its users are on its machine
 */
public record PeerCredentials(String domain, String host) {
    /**
     * The account that connected; a user id without an account is its number.
     *
     * @throws IOException if the peer has gone already
     */
    public Identity of(SocketChannel channel) throws IOException {
        String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        return new Identity(user, domain, host, Identity.Method.PEER_CREDENTIALS);
    }
}
