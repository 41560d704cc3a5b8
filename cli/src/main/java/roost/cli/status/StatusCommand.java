// SPDX-License-Identifier: Apache-2.0
package roost.cli.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.ClassAdReader;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;
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
                    Option.value("ads", 2, "file", "show the ads in a file ('-': standard input)"),
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
        Optional<String> constraint = constraint(options, options.operands());
        Optional<String> file = options.value("ads");
        ApiReply.Ads reply =
                file.isPresent()
                        ? read(host, file.get(), constraint)
                        : ask(host, options, constraint);
        List<ClassAd> ads = new ArrayList<>(reply.ads());
        ads.sort(ORDER);
        host.out().print(print(host, options, columns, ads));
        for (String node : reply.unreachable()) {
            host.err().println("WARNING: the list lacks what is at " + node);
        }
        return 0;
    }

    private static ApiReply.Ads ask(
            CommandHost host, ParsedOptions options, Optional<String> constraint) {
        boolean withClaims =
                List.of("cod", "long", "json", "xml", "autoformat", "format").stream()
                        .anyMatch(options::has);
        return NodeCalls.ask(
                host,
                new ApiRequest.QueryAds(
                        options.has("master") ? ApiRequest.AdType.NODE : ApiRequest.AdType.SLOT,
                        constraint,
                        List.of(),
                        withClaims));
    }

    /** Ads that were saved, in whichever form; the node is not asked. */
    private static ApiReply.Ads read(CommandHost host, String file, Optional<String> constraint)
            throws IOException {
        List<ClassAd> ads = new ArrayList<>();
        try (InputStream in = file.equals("-") ? host.in() : host.read(file);
                Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            ads.addAll(ClassAdReader.open(text).readAll());
        } catch (ClassAdException e) {
            throw new IOException("'" + file + "' holds no ads: " + e.getMessage(), e);
        }
        if (constraint.isPresent()) {
            Expr wanted = Expr.parse(constraint.get());
            ads.removeIf(ad -> !Evaluator.evaluate(wanted, ad, null, EvalContext.DEFAULT).isTrue());
        }
        return new ApiReply.Ads(ads, List.of());
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
