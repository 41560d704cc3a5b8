// SPDX-License-Identifier: Apache-2.0
package roost.cli.checkpoint;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiReply.JobResult;
import roost.api.ApiReply.SlotResult;
import roost.api.ApiRequest;
import roost.api.ApiRequest.Target;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.NodeCalls;
import roost.cli.PoolCheck;
import roost.cli.format.Ads;
import roost.cli.format.ImageText;
import roost.cli.format.Json;
import roost.id.NodeAddress;

/**
 * One run of a machine command: finds the machines, gives each its order, prints what came of it.
 */
final class SlotsRun {
    private static final DateTimeFormatter DEBUG_TIME =
            DateTimeFormatter.ofPattern("MM/dd/yy HH:mm:ss");

    /**
     * Whom an order is for.
     *
     * @param shown what the tool calls it
     */
    private record Addressee(Target target, String shown) {}

    private final CommandHost host;
    private final String me;
    private final boolean vacates;
    private final SlotsOptions options;
    private final List<String> objects = new ArrayList<>();
    private boolean failed;

    SlotsRun(CommandHost host, String me, boolean vacates, SlotsOptions options) {
        this.host = host;
        this.me = me;
        this.vacates = vacates;
        this.options = options;
    }

    int run() {
        Optional<String> problem = options.pool().flatMap(new PoolCheck(host, me)::problem);
        if (problem.isPresent()) {
            host.err().println(problem.get());
            return 1;
        }
        for (Addressee addressee : addressees()) {
            order(addressee);
        }
        if (options.json()) {
            host.out().print("[\n" + String.join(",\n", objects) + "\n]\n");
        }
        return failed ? 1 : 0;
    }

    // --- whom

    private List<Addressee> addressees() {
        if (options.all() || options.constraint().isPresent()) {
            List<Addressee> machines = machines();
            if (machines.isEmpty()) {
                fail(
                        "ERROR: Failed to find daemons "
                                + (options.constraint().isPresent()
                                        ? "matching the constraint"
                                        : "for -all"));
            }
            return machines;
        }
        if (options.targets().isEmpty()) {
            return List.of(new Addressee(Target.HERE, "local startd"));
        }
        return options.targets().stream().map(this::addressee).toList();
    }

    private Addressee addressee(Target target) {
        if (target.address().isPresent()) {
            return new Addressee(target, "startd at " + target.address().get().sinful());
        }
        String name = target.name().orElseThrow();
        return isThisMachine(name)
                ? new Addressee(Target.HERE, "local startd")
                : new Addressee(target, "startd " + name);
    }

    private boolean isThisMachine(String name) {
        try {
            String own = NodeCalls.ask(host, new ApiRequest.GetNode(Target.HERE)).name();
            return name.equalsIgnoreCase(own) || name.equalsIgnoreCase(own.split("\\.", 2)[0]);
        } catch (ApiException e) {
            return false; // the order itself will say what is wrong
        }
    }

    /** The machines that have a slot which satisfies the constraint, each once. */
    private List<Addressee> machines() {
        ApiReply.Ads slots =
                NodeCalls.ask(
                        host,
                        new ApiRequest.QueryAds(
                                ApiRequest.AdType.SLOT,
                                options.constraint(),
                                List.of("Machine", "MyAddress"),
                                false));
        Map<String, Addressee> machines = new LinkedHashMap<>();
        for (ClassAd slot : slots.ads()) {
            String address = slot.getString("MyAddress").orElse("");
            NodeAddress.parse(address)
                    .ifPresent(
                            at ->
                                    machines.putIfAbsent(
                                            address,
                                            new Addressee(
                                                    Target.at(at),
                                                    "startd "
                                                            + slot.getString("Machine")
                                                                    .orElse(address))));
        }
        slots.unreachable().forEach(node -> fail("Can't connect to startd at " + node));
        return List.copyOf(machines.values());
    }

    // --- the order

    /** HTCondor's name of the command. */
    private String command(Target target) {
        boolean slot = SlotImages.isSlot(target);
        if (!vacates) {
            return slot ? "Checkpoint-Job" : "Checkpoint-All-Jobs";
        }
        return (slot ? "Vacate-Claim" : "Vacate-All-Claims") + (options.fast() ? "-Fast" : "");
    }

    private void order(Addressee addressee) {
        Target target = addressee.target();
        String command = command(target);
        debug("sending " + command + " to " + addressee.shown());
        ApiRequest<ApiReply.SlotResults> request =
                vacates
                        ? new ApiRequest.VacateSlots(target, options.fast(), options.waits())
                        : new ApiRequest.CheckpointSlots(target, options.waits());
        try {
            ApiReply.SlotResults reply =
                    options.waits() && !options.json()
                            ? new ProgressLine(host).ask(request, new SlotImages(host, target))
                            : NodeCalls.ask(host, request);
            if (!options.json()) {
                host.out().println("Sent \"" + command + "\" command to " + addressee.shown());
            }
            reply.results().forEach(result -> report(target, result));
        } catch (ApiException e) {
            fail(refusal(e, command, addressee.shown()));
        }
    }

    private static String refusal(ApiException e, String command, String to) {
        String text =
                switch (e.code()) {
                    case NOT_FOUND ->
                            e.getMessage().startsWith("Failed to connect")
                                    ? "Can't connect to " + to
                                    : "Can't find address for "
                                            + to
                                            + "\nPerhaps you need to query another pool.";
                    case UNAVAILABLE -> "Can't connect to " + to + "\nhint: " + e.getMessage();
                    default ->
                            "Can't send "
                                    + command
                                    + " command to "
                                    + to
                                    + "\nhint: "
                                    + e.getMessage();
                };
        return text + e.hint().map(hint -> "\nhint: " + hint).orElse("");
    }

    // --- what came of it

    private void report(Target target, SlotResult result) {
        if (options.json()) {
            objects.add(json(result));
        }
        if (result.job().isEmpty()) {
            return;
        }
        JobResult job = result.job().get();
        boolean done = job.outcome() == JobOutcome.SUCCESS;
        // Just gone, or of another universe: then there is no image to wait for.
        boolean none =
                job.outcome() == JobOutcome.BAD_STATUS || job.outcome() == JobOutcome.NOT_FOUND;
        // It writes its last image, if it can: only who waits has to know that this may not be.
        none |= job.outcome() == JobOutcome.ALREADY_DONE && !vacates && !options.waits();
        String subject = "Job " + job.id() + " in " + result.slot() + ": ";
        if (options.waits() && done && !options.json()) {
            host.out()
                    .println(
                            subject
                                    + (vacates ? "off its slot" : "")
                                    + job.image()
                                            .map(ad -> (vacates ? ", " : "") + ImageText.of(ad))
                                            .orElse(""));
        } else if (options.waits() && none) {
            if (vacates) {
                host.out().println(subject + "off its slot");
            } else if (SlotImages.isSlot(target)) {
                fail(subject + "cannot be checkpointed");
            }
        } else if (!done && !none) {
            fail(subject + (vacates ? "not vacated: " : "no image: ") + reason(job));
        }
    }

    private static String reason(JobResult job) {
        return job.reason()
                .orElseGet(
                        () ->
                                switch (job.outcome()) {
                                    case PERMISSION_DENIED -> "permission denied";
                                    case ALREADY_DONE -> "it is being ended already";
                                    default -> "the queue did not say why";
                                });
    }

    private static String json(SlotResult result) {
        Json object = new Json().string("slot", result.slot());
        result.job()
                .ifPresent(
                        job -> {
                            object.string("job", job.id().toString());
                            object.string("outcome", job.outcome().name());
                            job.reason().ifPresent(why -> object.string("reason", why));
                            job.image().ifPresent(ad -> object.raw("image", Ads.json(ad)));
                        });
        return object.end().stripTrailing();
    }

    private void fail(String text) {
        failed = true;
        host.err().println(text);
    }

    private void debug(String text) {
        if (options.debug()) {
            LocalDateTime now =
                    LocalDateTime.ofInstant(host.clock().instant(), host.clock().getZone());
            host.err().println(DEBUG_TIME.format(now) + " " + text);
        }
    }
}
