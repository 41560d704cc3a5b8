// SPDX-License-Identifier: Apache-2.0
package roost.cli.status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.Command;
import roost.cli.NodeCalls;
import roost.cli.format.Ads;
import roost.cli.format.Columns;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;

/** {@code condor_status}: what there is in the pool. */
public final class StatusCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "[name ...]",
                    Option.flag("cod", 3, "show the claims made by condor_cod"),
                    Option.value("constraint", 3, "expr", "show the slots that satisfy this"),
                    Option.flag("available", 2, "show the slots that would take a job"),
                    Option.flag("claimed", 2, "show the slots that are claimed"),
                    Option.flag("run", 1, "show what runs where"),
                    Option.flag("state", 2, "show how long slots have been in their state"),
                    Option.flag("master", 1, "show the nodes instead of their slots").or("nodes"),
                    Option.flag("total", 3, "show the totals only"),
                    Option.flag("long", 1, "show whole ads"),
                    Option.flag("json", 2, "show whole ads as JSON"),
                    Option.flag("xml", 1, "show whole ads as XML"),
                    Columns.AUTOFORMAT,
                    Columns.FORMAT);

    private static final Comparator<ClassAd> ORDER =
            Comparator.<ClassAd, String>comparing(ad -> ad.getString("Machine").orElse(""))
                    .thenComparingLong(ad -> ad.getInteger("SlotID").orElse(0))
                    .thenComparing(ad -> ad.getString("Name").orElse(""));

    @Override
    public String name() {
        return "condor_status";
    }

    @Override
    public String summary() {
        return "Show the slots of the pool and the claims on them.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException, UsageException {
        ParsedOptions options = arguments.options();
        Optional<Columns> columns = Columns.of(options);
        boolean cod = options.has("cod");
        boolean whole = options.has("long") || options.has("json") || options.has("xml");
        ApiReply.Ads reply =
                NodeCalls.ask(
                        host,
                        new ApiRequest.QueryAds(
                                options.has("master")
                                        ? ApiRequest.AdType.NODE
                                        : ApiRequest.AdType.SLOT,
                                constraint(options, arguments.options().operands()),
                                columns.map(StatusCommand::projection).orElse(List.of()),
                                cod || whole || columns.isPresent()));
        List<ClassAd> ads = new ArrayList<>(reply.ads());
        ads.sort(ORDER);
        host.out().print(print(host, options, columns, ads));
        for (String node : reply.unreachable()) {
            host.err().println("WARNING: the list lacks what is at " + node);
        }
        return 0;
    }

    /** The columns' attributes and those that the list is sorted by. */
    private static List<String> projection(Columns columns) {
        List<String> names = new ArrayList<>(columns.projection());
        names.addAll(List.of("Name", "Machine", "SlotID"));
        return names;
    }

    private static String print(
            CommandHost host, ParsedOptions options, Optional<Columns> columns, List<ClassAd> ads) {
        long now = host.clock().instant().getEpochSecond();
        if (columns.isPresent()) {
            return columns.get().print(ads);
        }
        if (options.has("json")) {
            return Ads.json(ads);
        }
        if (options.has("xml")) {
            return Ads.xml(ads);
        }
        if (options.has("long")) {
            return Ads.longForms(ads);
        }
        boolean rows = !options.has("total");
        if (options.has("cod")) {
            return CodTable.print(ads, rows, now);
        }
        if (options.has("master")) {
            return SmallTables.nodes(ads);
        }
        if (ads.isEmpty()) {
            return "";
        }
        if (options.has("run")) {
            return SmallTables.running(ads);
        }
        if (options.has("state")) {
            return SmallTables.states(ads, now);
        }
        String table = new SlotTable(ads, now, host.terminalColumns()).print();
        return (rows ? table : "\n") + SlotTotals.print(ads);
    }

    /** Everything that narrows the list down, joined by "and"; names among themselves by "or". */
    private static Optional<String> constraint(ParsedOptions options, List<String> names)
            throws UsageException {
        List<String> parts = new ArrayList<>();
        for (ParsedOptions.Use use : options.all("constraint")) {
            String text = use.values().get(0);
            if (!Ads.isExpression(text)) {
                throw new UsageException("'" + text + "' is no expression");
            }
            parts.add(text);
        }
        if (options.has("cod")) {
            parts.add("NumCODClaims > 0");
        }
        if (options.has("claimed") || options.has("run")) {
            parts.add("State == \"Claimed\"");
        }
        if (options.has("available")) {
            parts.add("State == \"Unclaimed\" && RunningCODJob =!= true");
        }
        if (!names.isEmpty()) {
            parts.add(String.join(" || ", names.stream().map(StatusCommand::named).toList()));
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("(" + String.join(") && (", parts) + ")");
    }

    private static String named(String name) {
        String quoted = "\"" + name.replace("\"", "\\\"") + "\"";
        return name.contains("@")
                ? "Name == " + quoted
                : "Machine == " + quoted + " || Name == " + quoted;
    }
}
