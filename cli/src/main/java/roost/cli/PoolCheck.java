// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.util.Locale;
import java.util.Optional;
import roost.api.ApiException;
import roost.api.ApiRequest;
import roost.api.CommandHost;

/** Whether {@code -pool} names the pool that this machine's node is in; others are not reached. */
public final class PoolCheck {
    private final CommandHost host;
    private final String me;

    /**
     * @param me the name for messages
     */
    public PoolCheck(CommandHost host, String me) {
        this.host = host;
        this.me = me;
    }

    /** What is wrong with the name of a pool; empty if it is this node's. */
    public Optional<String> problem(String pool) {
        String name = hostPart(pool).toLowerCase(Locale.ROOT);
        if (name.isEmpty() || isLoopback(name) || name.equals(thisMachine())) {
            return Optional.empty();
        }
        return Optional.of(
                me
                        + ": unknown host "
                        + name
                        + "\nhint: only the pool of this machine can be asked; leave -pool out");
    }

    private static String hostPart(String pool) {
        if (pool.startsWith("[") && pool.indexOf(']') > 0) {
            return pool.substring(1, pool.indexOf(']'));
        }
        int colon = pool.lastIndexOf(':');
        return colon < 0 || pool.indexOf(':') != colon ? pool : pool.substring(0, colon);
    }

    private static boolean isLoopback(String name) {
        return name.equals("localhost")
                || name.equals("::1")
                || name.matches("127(\\.\\d{1,3}){3}");
    }

    private String thisMachine() {
        try {
            return NodeCalls.ask(host, new ApiRequest.GetNode(ApiRequest.Target.HERE))
                    .name()
                    .toLowerCase(Locale.ROOT);
        } catch (ApiException e) {
            return "";
        }
    }
}
