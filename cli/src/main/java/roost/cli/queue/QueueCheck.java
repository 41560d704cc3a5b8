// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.util.Optional;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.cli.NodeCalls;
import roost.cli.PoolCheck;
import roost.cli.option.ParsedOptions;
import roost.id.NodeAddress;

/** Whether -name, -addr and -pool name the queue of this node; others are not reached. */
final class QueueCheck {
    private final CommandHost host;
    private final String me;

    QueueCheck(CommandHost host, String me) {
        this.host = host;
        this.me = me;
    }

    /** What is wrong with the options; empty if they name this node's queue, or none. */
    Optional<String> problem(ParsedOptions given) {
        Optional<String> pool = given.value("pool").flatMap(new PoolCheck(host, me)::problem);
        if (pool.isPresent()) {
            return pool;
        }
        Optional<String> address = given.value("addr");
        if (address.isPresent() && NodeAddress.parse(address.get()).isEmpty()) {
            return Optional.of(
                    "Address "
                            + address.get()
                            + " is not valid.\nShould be of the form <ip.address.here:port>.\n"
                            + "For example: <123.456.789.123:6789>");
        }
        return address.or(() -> given.value("name")).filter(this::isElsewhere).map(this::notFound);
    }

    private boolean isElsewhere(String queue) {
        ApiReply.Node node = NodeCalls.ask(host, new ApiRequest.GetNode(ApiRequest.Target.HERE));
        String shortName = node.name().split("\\.", 2)[0];
        return !queue.equalsIgnoreCase(node.name())
                && !queue.equalsIgnoreCase(shortName)
                && !NodeAddress.parse(queue).equals(Optional.of(node.address()));
    }

    private String notFound(String queue) {
        return "Can't find address for schedd "
                + queue
                + "\nhint: jobs can be acted on at the node where they were submitted";
    }
}
