// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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

/** {@code condor_q}: what is in the queue. */
public final class QueueCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "[cluster | cluster.proc | owner ...]",
                    Option.flag("nobatch", 3, "show a line a job"),
                    Option.flag("batch", 2, "show a line a batch of jobs (the default)"),
                    Option.flag("allusers", 2, "show the jobs of all users"),
                    Option.value("constraint", 3, "expr", "show the jobs that satisfy this"),
                    Option.flag("hold", 2, "show held jobs and why they are held").or("held"),
                    Option.flag("run", 1, "show running jobs and where they run"),
                    Option.flag("ckpt", 2, "show the jobs' checkpoint images"),
                    Option.flag("goodput", 1, "show how much of the time spent is safe in images"),
                    Option.flag("totals", 3, "show the totals only"),
                    Option.flag("better-analyze", 2, "show why jobs do not run").or("analyze"),
                    Option.flag("wide", 1, "do not cut lines to the terminal's width"),
                    Option.flag("long", 1, "show whole ads"),
                    Option.flag("json", 1, "show whole ads as JSON"),
                    Option.flag("xml", 1, "show whole ads as XML"),
                    Columns.AUTOFORMAT,
                    Columns.FORMAT);

    private static final DateTimeFormatter HEADER_TIME =
            DateTimeFormatter.ofPattern("MM/dd/yy HH:mm:ss");

    @Override
    public String name() {
        return "condor_q";
    }

    @Override
    public String summary() {
        return "Show the jobs in the queue.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException, UsageException {
        ParsedOptions options = arguments.options();
        Optional<Columns> columns = Columns.of(options);
        JobOperands operands = JobOperands.parse(options.operands());
        Optional<String> owner = onlyOwner(host, options, operands);
        Optional<String> constraint = constraint(options, operands, owner);
        if (options.has("ckpt")) {
            images(host, options, columns, constraint);
            return 0;
        }
        boolean analyze = options.has("better-analyze");
        List<ClassAd> jobs = query(host, constraint, List.of(), analyze);
        if (!wholeAds(host, options, columns, jobs)) {
            host.out().print(header(host));
            host.out().print(analyze ? Analysis.print(jobs) : table(host, options, jobs));
            if (!analyze) {
                host.out().print(footer(host, jobs, owner, constraint.isEmpty()));
            }
        }
        return 0;
    }

    /** Prints the ads themselves, if that is asked for. */
    private static boolean wholeAds(
            CommandHost host, ParsedOptions options, Optional<Columns> columns, List<ClassAd> ads) {
        if (columns.isPresent()) {
            host.out().print(columns.get().print(ads));
        } else if (options.has("json")) {
            host.out().print(Ads.json(ads));
        } else if (options.has("xml")) {
            host.out().print(Ads.xml(ads));
        } else if (options.has("long")) {
            host.out().print(Ads.longForms(ads));
        } else {
            return false;
        }
        return true;
    }

    private static void images(
            CommandHost host,
            ParsedOptions options,
            Optional<Columns> columns,
            Optional<String> constraint) {
        List<ClassAd> images =
                NodeCalls.ask(host, new ApiRequest.QueryImages(ApiRequest.Target.HERE, constraint))
                        .ads();
        if (!wholeAds(host, options, columns, images)) {
            double now = host.clock().millis() / 1000.0;
            int width = options.has("wide") ? 0 : host.terminalColumns();
            host.out().print(header(host) + ImageTable.print(images, now, width));
        }
    }

    private static List<ClassAd> query(
            CommandHost host,
            Optional<String> constraint,
            List<String> projection,
            boolean analyze) {
        ApiReply.Ads reply =
                NodeCalls.ask(host, new ApiRequest.QueryJobs(constraint, projection, analyze));
        List<ClassAd> jobs = new ArrayList<>(reply.ads());
        jobs.sort(Comparator.comparing(JobTable::id));
        return jobs;
    }

    /** Whose jobs alone are shown: the caller's, unless something else was asked for. */
    private static Optional<String> onlyOwner(
            CommandHost host, ParsedOptions options, JobOperands operands) {
        boolean others =
                options.has("allusers") || options.has("constraint") || !operands.isEmpty();
        return others ? Optional.empty() : host.userName().filter(user -> !user.equals("root"));
    }

    private static Optional<String> constraint(
            ParsedOptions options, JobOperands operands, Optional<String> owner)
            throws UsageException {
        List<String> parts = new ArrayList<>();
        for (ParsedOptions.Use use : options.all("constraint")) {
            String text = use.values().get(0);
            if (!Ads.isExpression(text)) {
                throw new UsageException("'" + text + "' is no expression");
            }
            parts.add(text);
        }
        owner.map(JobOperands::owner).ifPresent(parts::add);
        if (!operands.isEmpty()) {
            parts.add(operands.constraint());
        }
        if (options.has("hold")) {
            parts.add("JobStatus == 5");
        }
        if (options.has("run")) {
            parts.add("JobStatus == 2 || JobStatus == 6 || JobStatus == 7");
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("(" + String.join(") && (", parts) + ")");
    }

    private static String header(CommandHost host) {
        ApiReply.Node node = NodeCalls.ask(host, new ApiRequest.GetNode(ApiRequest.Target.HERE));
        return "\n\n-- Schedd: "
                + node.name()
                + " : "
                + node.address().sinful()
                + " @ "
                + HEADER_TIME.format(host.clock().instant().atZone(host.clock().getZone()))
                + "\n";
    }

    private static String table(CommandHost host, ParsedOptions options, List<ClassAd> jobs) {
        if (options.has("totals")) {
            return "";
        }
        ZoneId zone = host.clock().getZone();
        Instant now = host.clock().instant();
        int columns = options.has("wide") ? 0 : host.terminalColumns();
        JobTable table = new JobTable(jobs, now.getEpochSecond(), zone, columns);
        if (options.has("hold")) {
            return table.held();
        }
        if (options.has("run")) {
            return table.running();
        }
        if (options.has("goodput")) {
            return table.goodput();
        }
        return options.has("nobatch") ? table.all() : BatchTable.print(jobs, zone);
    }

    private static String footer(
            CommandHost host, List<ClassAd> jobs, Optional<String> owner, boolean isAll) {
        List<ClassAd> all =
                isAll
                        ? jobs
                        : query(
                                host,
                                Optional.empty(),
                                List.of("ClusterId", "ProcId", "JobStatus", "Owner"),
                                false);
        StringBuilder text = new StringBuilder("\n").append(QueueTotals.of(jobs).line("query"));
        if (owner.isPresent()) {
            List<ClassAd> own =
                    all.stream().filter(job -> job.getString("Owner").equals(owner)).toList();
            text.append(QueueTotals.of(own).line(owner.get()));
        }
        return text.append(QueueTotals.of(all).line("all users")).append('\n').toString();
    }
}
