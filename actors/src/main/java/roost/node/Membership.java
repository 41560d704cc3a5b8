// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.Address;
import com.typesafe.config.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.id.NodeAddress;
import roost.posix.DiskTrouble;

/**
 * Where a node listens and whom it joins.
 *
 * <p>A node's address is part of its claims' ids, so a node that was given no port keeps the one it
 * found at its first start. The node that the configuration names as the pool's contact begins the
 * cluster, unless nodes that it knew before are still there, in which case it joins them.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final String BEGINNER_LOOKS = "15s";
    private static final String JOINER_ASKS_AGAIN = "1s";
    private static final String PORT_FILE = "port";
    private static final String PEERS_FILE = "peers";

    private Membership() {}

    /**
     * The address to listen on.
     *
     * @param roost the section {@code roost}
     * @throws IOException if nothing can listen there, saying why
     */
    static NodeAddress address(Config roost) throws IOException {
        String host = roost.getString("cluster.bind-address");
        InetAddress bind = InetAddress.getByName(host.equals("lo") ? "127.0.0.1" : host);
        if (!bind.isLoopbackAddress()) {
            throw new IOException(
                    "NETWORK_INTERFACE is '"
                            + host
                            + "', which is no loopback address: a node listens on loopback only,"
                            + " because nodes do not prove who they are to each other yet");
        }
        int wanted = roost.getInt("cluster.port");
        Path file = Path.of(roost.getString("dir.spool"), PORT_FILE);
        if (wanted != 0) {
            freePort(bind, wanted, true);
            return new NodeAddress(bind.getHostAddress(), wanted);
        }
        int port = freePort(bind, remembered(file), false);
        write(file, List.of(Integer.toString(port)));
        return new NodeAddress(bind.getHostAddress(), port);
    }

    /**
     * What Akka is told about this node besides the configuration.
     *
     * <p>The node that begins the cluster looks for the nodes that it knew before for longer: if it
     * gave up on them too early there would be two clusters for ever. Nobody waits for that,
     * because a node serves its users before it has found the others.
     */
    static Map<String, Object> settings(Config config, NodeAddress own) {
        boolean begins = contact(config.getConfig("roost"), own).isEmpty();
        return Map.of(
                "akka.remote.artery.canonical.hostname", own.host(),
                "akka.remote.artery.canonical.port", own.port(),
                "akka.cluster.roles", config.getStringList("roost.node.roles"),
                "akka.cluster.seed-node-timeout", begins ? BEGINNER_LOOKS : JOINER_ASKS_AGAIN);
    }

    private static int remembered(Path file) throws IOException {
        try {
            String text = Files.readString(file).strip();
            return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static int freePort(InetAddress bind, int port, boolean exactly) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(bind, port));
            return probe.getLocalPort();
        } catch (IOException e) {
            if (exactly || port == 0) {
                throw new IOException(
                        "cannot listen on "
                                + bind.getHostAddress()
                                + ":"
                                + port
                                + ": "
                                + DiskTrouble.text(e)
                                + (port == 0 ? "" : "; is another node running there?"),
                        e);
            }
            LOG.warn("port {} is taken; the node listens on another one", port);
            return freePort(bind, 0, false);
        }
    }

    /**
     * Whom to join, best first.
     *
     * @param self this node's address in the cluster
     */
    static List<Address> seeds(Config roost, NodeAddress own, Address self) {
        Optional<NodeAddress> contact = contact(roost, own);
        List<Address> seeds = new ArrayList<>();
        if (contact.isPresent()) {
            seeds.add(address(self, contact.get()));
            return seeds;
        }
        seeds.add(self);
        for (NodeAddress peer : rememberedPeers(roost)) {
            if (!peer.equals(own)) {
                seeds.add(address(self, peer));
            }
        }
        return seeds;
    }

    /** The pool's contact; empty if it is this node. */
    private static Optional<NodeAddress> contact(Config roost, NodeAddress own) {
        String text =
                roost.hasPath("cluster.contact")
                        ? roost.getString("cluster.contact")
                        : roost.getString("cluster.manager-host");
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}");
        String host = hasPort ? text.substring(0, colon) : text;
        String numeric = host;
        try {
            numeric = InetAddress.getByName(host).getHostAddress();
        } catch (IOException e) {
            LOG.warn("the pool's contact {} cannot be found: {}", host, e.getMessage());
        }
        int port =
                hasPort
                        ? Integer.parseInt(text.substring(colon + 1))
                        : roost.getInt("cluster.contact-port");
        boolean self = numeric.equals(own.host()) && (!hasPort || port == own.port());
        return self ? Optional.empty() : Optional.of(new NodeAddress(numeric, port));
    }

    private static Address address(Address like, NodeAddress node) {
        return new Address(like.protocol(), like.system(), node.host(), node.port());
    }

    private static List<NodeAddress> rememberedPeers(Config roost) {
        try {
            return Files.readAllLines(Path.of(roost.getString("dir.spool"), PEERS_FILE)).stream()
                    .map(NodeAddress::parse)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    static void remember(String spool, List<String> peers) {
        try {
            write(Path.of(spool, PEERS_FILE), peers);
        } catch (IOException e) {
            LOG.warn("cannot note the pool's nodes: {}", e.getMessage());
        }
    }

    private static synchronized void write(Path file, List<String> lines) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(fresh, lines);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
