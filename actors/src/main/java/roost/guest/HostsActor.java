// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import roost.classad.ClassAd;
import roost.id.NodeAddress;
import roost.slot.SlotActor.SlotUpdate;

/**
 * Knows the other nodes that run jobs, for the queue of this one.
 *
 * <p>Parent: the queue, which is told about hosts and their slots by {@link Report}s. Nothing is
 * durable: a host is known as long as it is in the cluster.
 */
public final class HostsActor extends AbstractBehavior<HostsActor.Command> {

    /** What can be said to it. */
    public sealed interface Command {}

    private record Listed(Receptionist.Listing listing) implements Command {}

    private record FromHost(HostNews news) implements Command {}

    /** What the queue is told. */
    public sealed interface Report {
        String machine();
    }

    /** A host is there, for the first time or again. Its slots follow if they can be used. */
    public record Appeared(String machine, ActorRef<GuestsActor.Command> host) implements Report {}

    /** A slot of a host is now so. */
    public record Slot(String machine, SlotUpdate update) implements Report {}

    /**
     * A host that cannot run jobs of this queue.
     *
     * @param why a sentence without its end
     */
    public record Unfit(String machine, String why) implements Report {}

    /** A host is not to be given jobs any more: it has gone, or is out of reach. */
    public record Away(String machine) implements Report {}

    /**
     * What decides which hosts can be used.
     *
     * @param machine name of this node
     * @param filesystemDomain hosts with the same see the same files
     * @param uidDomain hosts with the same know the same users
     */
    public record Settings(String machine, String filesystemDomain, String uidDomain) {}

    private final Settings settings;
    private final Hosts hosts;
    private final ActorRef<Report> queue;
    private final ActorRef<HostNews> ear;

    /** Machine names of hosts that were asked, by their actors; empty until they have answered. */
    private final Map<ActorRef<GuestsActor.Command>, String> names = new HashMap<>();

    private final Map<NodeAddress, ActorRef<GuestsActor.Command>> actors = new HashMap<>();

    public static Behavior<Command> create(Settings settings, Hosts hosts, ActorRef<Report> queue) {
        return Behaviors.setup(context -> new HostsActor(context, settings, hosts, queue));
    }

    private HostsActor(
            ActorContext<Command> context, Settings settings, Hosts hosts, ActorRef<Report> queue) {
        super(context);
        this.settings = settings;
        this.hosts = hosts;
        this.queue = queue;
        this.ear = context.messageAdapter(HostNews.class, FromHost::new);
        context.getSystem()
                .receptionist()
                .tell(
                        Receptionist.subscribe(
                                GuestsActor.KEY,
                                context.messageAdapter(Receptionist.Listing.class, Listed::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Listed.class, this::onListed)
                .onMessage(FromHost.class, this::onHostSays)
                .build();
    }

    private Behavior<Command> onListed(Listed listed) {
        Set<ActorRef<GuestsActor.Command>> reachable =
                listed.listing().getServiceInstances(GuestsActor.KEY);
        Set<ActorRef<GuestsActor.Command>> members =
                listed.listing().getAllServiceInstances(GuestsActor.KEY);
        for (ActorRef<GuestsActor.Command> host : Set.copyOf(names.keySet())) {
            if (!members.contains(host)) {
                forget(host);
            } else if (!reachable.contains(host)) {
                away(host);
            }
        }
        for (ActorRef<GuestsActor.Command> host : reachable) {
            // A local reference has no address in it, and is this node itself.
            if (host.path().address().getHost().isPresent()) {
                names.putIfAbsent(host, "");
                // Those that were out of reach are asked again: they have missed nothing by it.
                host.tell(new GuestsActor.ShowSlots(ear));
            }
        }
        return this;
    }

    private void forget(ActorRef<GuestsActor.Command> host) {
        away(host);
        String machine = names.remove(host);
        actors.values().remove(host);
        hosts.of(machine)
                .filter(known -> known.actor().equals(host))
                .ifPresent(known -> hosts.remove(machine));
    }

    private void away(ActorRef<GuestsActor.Command> host) {
        String machine = names.get(host);
        if (!machine.isEmpty()) {
            queue.tell(new Away(machine));
        }
    }

    private Behavior<Command> onHostSays(FromHost from) {
        if (from.news() instanceof HostNews.HostIs is) {
            introduce(is);
        } else if (from.news() instanceof HostNews.SlotIs slot) {
            show(slot);
        }
        return this;
    }

    private void introduce(HostNews.HostIs is) {
        names.keySet().stream()
                .filter(host -> addressOf(host).equals(is.host()))
                .findFirst()
                .ifPresent(
                        host -> {
                            if (is.machine().equals(settings.machine())) {
                                getContext()
                                        .getLog()
                                        .warn(
                                                "node {} is named {} as this one is: jobs cannot be"
                                                        + " given to it; set STARTD_NAME",
                                                is.host().sinful(),
                                                is.machine());
                                return;
                            }
                            names.put(host, is.machine());
                            actors.put(is.host(), host);
                            hosts.put(is.machine(), new Hosts.Host(host, is.host(), is.facts()));
                            queue.tell(new Appeared(is.machine(), host));
                        });
    }

    private static NodeAddress addressOf(ActorRef<?> ref) {
        var address = ref.path().address();
        return new NodeAddress(address.getHost().orElse(""), address.getPort().orElse(0));
    }

    private void show(HostNews.SlotIs slot) {
        if (!actors.containsKey(slot.host())) {
            return;
        }
        String machine = slot.slot().machine();
        String reason = mismatch(slot.ad());
        queue.tell(
                reason.isEmpty()
                        ? new Slot(
                                machine,
                                new SlotUpdate(
                                        slot.slot(),
                                        slot.ad(),
                                        slot.acceptsBatch(),
                                        getContext().getSystem().ignoreRef()))
                        : new Unfit(machine, reason));
    }

    private String mismatch(ClassAd ad) {
        String files = ad.getString("FileSystemDomain").orElse("");
        String users = ad.getString("UidDomain").orElse("");
        if (!files.equalsIgnoreCase(settings.filesystemDomain())) {
            return "its FILESYSTEM_DOMAIN is "
                    + files
                    + " and this node's is "
                    + settings.filesystemDomain()
                    + ", so it does not see the job's files";
        }
        return users.equalsIgnoreCase(settings.uidDomain())
                ? ""
                : "its UID_DOMAIN is "
                        + users
                        + " and this node's is "
                        + settings.uidDomain()
                        + ", so it does not know the job's owner";
    }
}
