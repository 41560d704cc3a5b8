// SPDX-License-Identifier: Apache-2.0
package roost.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * Where a node listens, written as HTCondor's "sinful string" {@code <ip:port>}; anything after a
 * {@code ?} is ignored when reading.
 *
 * @param host numeric address or host name, IPv6 without brackets
 * @param port 1 to 65535
 */
public record NodeAddress(String host, int port) {
    public NodeAddress {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("'" + host + ":" + port + "' is no node address");
        }
    }

    /** Reads {@code <ip:port>}, with or without the angle brackets; empty if it is no address. */
    public static Optional<NodeAddress> parse(String text) {
        String inner = text;
        if (inner.startsWith("<") && inner.endsWith(">")) {
            inner = inner.substring(1, inner.length() - 1);
        }
        int parameters = inner.indexOf('?');
        if (parameters >= 0) {
            inner = inner.substring(0, parameters);
        }
        int colon = inner.lastIndexOf(':');
        if (colon <= 0) {
            return Optional.empty();
        }
        String host = inner.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return Optional.of(new NodeAddress(host, Integer.parseInt(inner.substring(colon + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static NodeAddress fromJson(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no node address"));
    }

    /** The text form {@code <ip:port>}. */
    @JsonValue
    public String sinful() {
        return host.indexOf(':') >= 0
                ? "<[" + host + "]:" + port + ">"
                : "<" + host + ":" + port + ">";
    }

    @Override
    public String toString() {
        return sinful();
    }
}
