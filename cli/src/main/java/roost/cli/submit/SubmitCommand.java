// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.Command;
import roost.cli.NodeCalls;
import roost.cli.format.Ads;
import roost.cli.format.Json;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;
import roost.config.Spelling;

/** {@code condor_submit}: puts jobs into the queue. */
public final class SubmitCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "[name=value ...] [submit-file | -]",
                    Option.value(
                            "append", 1, "statement", "add a statement before the queue statement"),
                    Option.value("batch-name", 1, "name", "call the cluster this in condor_q"),
                    Option.value(
                            "dry-run", 2, "file", "write the job ads to a file ('-': print them)"),
                    Option.flag("json", 1, "print the cluster's number as JSON"),
                    Option.words(
                            "queue", 1, "queue-arguments", "queue these instead of the file's own"),
                    Option.flag("terse", 1, "print only the first and the last job's id"),
                    Option.flag("verbose", 1, "print the job ads"));

    private static final Pattern DEFINITION = Pattern.compile("(?s)\\+?[A-Za-z_][\\w.]*=.*");

    @Override
    public String name() {
        return "condor_submit";
    }

    @Override
    public String summary() {
        return "Put jobs into the queue.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException, UsageException {
        ParsedOptions options = arguments.options();
        String file = "-";
        List<String> definitions = new ArrayList<>();
        for (String operand : options.operands()) {
            if (DEFINITION.matcher(operand).matches()) {
                definitions.add(operand);
            } else if (file.equals("-")) {
                file = operand;
            } else {
                throw new UsageException("only one submit file can be given");
            }
        }
        try {
            return submit(host, options, file, definitions);
        } catch (SubmitException e) {
            host.err().println(e.report());
            return 1;
        }
    }

    private static int submit(
            CommandHost host, ParsedOptions options, String file, List<String> definitions)
            throws IOException, SubmitException {
        SubmitMacros macros =
                new SubmitMacros(
                        host.environment(), host.config(), new Random(host.clock().millis()));
        predefine(host, macros, file);
        SubmitScript script = new SubmitScript(host, macros);
        for (String definition : definitions) {
            script.assign(new SubmitLines.Line(0, definition));
        }
        List<String> appended = new ArrayList<>();
        options.all("append").forEach(use -> appended.add(use.values().get(0)));
        options.value("batch-name").ifPresent(name -> appended.add("batch_name = " + name));
        String queue =
                options.last("queue").map(use -> String.join(" ", use.values())).orElse(null);
        List<ClassAd> jobs = script.run(read(host, file), appended, queue);
        warnOfUnused(host, macros);
        if (jobs.isEmpty()) {
            throw new SubmitException(0, "the queue statement asks for no jobs");
        }
        if (options.has("dry-run")) {
            return dryRun(host, jobs, options.value("dry-run").orElseThrow());
        }
        ApiReply.Submitted reply = NodeCalls.ask(host, new ApiRequest.SubmitJobs(jobs));
        report(host, options, jobs, reply);
        return 0;
    }

    private static void predefine(CommandHost host, SubmitMacros macros, String file) {
        ZonedDateTime now = host.clock().instant().atZone(host.clock().getZone());
        macros.automatic("SUBMIT_FILE", file);
        macros.automatic("SUBMIT_TIME", Long.toString(now.toEpochSecond()));
        macros.automatic("YEAR", Integer.toString(now.getYear()));
        macros.automatic("MONTH", String.format("%02d", now.getMonthValue()));
        macros.automatic("DAY", String.format("%02d", now.getDayOfMonth()));
    }

    private static String read(CommandHost host, String file) throws IOException, SubmitException {
        try (InputStream in = file.equals("-") ? host.in() : host.read(file)) {
            byte[] bytes = in.readNBytes(SubmitLimits.MAX_FILE_BYTES + 1);
            if (bytes.length > SubmitLimits.MAX_FILE_BYTES) {
                throw new SubmitException(
                        0,
                        "'" + file + "' is larger than " + SubmitLimits.MAX_FILE_BYTES + " bytes");
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.indexOf('\0') >= 0) {
                throw new SubmitException(0, "'" + file + "' is not a text file");
            }
            return text;
        } catch (CommandHost.FileAccessException e) {
            throw new SubmitException(0, "Failed to open command file " + e.getMessage());
        }
    }

    private static void warnOfUnused(CommandHost host, SubmitMacros macros) {
        for (SubmitMacros.Definition unused : macros.unused()) {
            host.err()
                    .println(
                            "WARNING: the line '"
                                    + unused.name()
                                    + " = "
                                    + unused.value()
                                    + "' was unused by condor_submit. Is it a typo?");
            Spelling.nearest(unused.name(), SubmitWords.all())
                    .ifPresent(near -> host.err().println("hint: did you mean '" + near + "'?"));
        }
    }

    private static int dryRun(CommandHost host, List<ClassAd> jobs, String file)
            throws IOException {
        if (file.equals("-")) {
            host.out().print(Ads.longForms(jobs));
            return 0;
        }
        try (OutputStream out = host.write(file)) {
            out.write(Ads.longForms(jobs).getBytes(StandardCharsets.UTF_8));
        }
        host.out().println("Dry-Run job(s)" + ".".repeat(jobs.size()));
        host.out().println(jobs.size() + " job(s) dry-run to cluster 1.");
        return 0;
    }

    private static void report(
            CommandHost host, ParsedOptions options, List<ClassAd> jobs, ApiReply.Submitted reply) {
        int cluster = reply.cluster();
        if (options.has("json")) {
            host.out()
                    .print(
                            new Json()
                                    .number("cluster", cluster)
                                    .number("jobs", reply.jobs())
                                    .end());
            return;
        }
        if (options.has("terse")) {
            host.out().println(cluster + ".0 - " + cluster + "." + (reply.jobs() - 1));
            return;
        }
        if (options.has("verbose")) {
            for (int proc = 0; proc < jobs.size(); proc++) {
                host.out().println("\n** Proc " + cluster + "." + proc + ":");
                String ad = Ads.longForm(jobs.get(proc));
                host.out().print(ClusterMacro.withNumber(ad, cluster));
            }
            host.out().println();
        }
        host.out().println("Submitting job(s)" + ".".repeat(reply.jobs()));
        host.out().println(reply.jobs() + " job(s) submitted to cluster " + cluster + ".");
    }
}
