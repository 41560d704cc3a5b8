// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiReply.JobResult;
import roost.api.ApiRequest;
import roost.api.ApiRequest.JobAction;
import roost.api.ApiRequest.JobSelection;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.NodeCalls;
import roost.cli.checkpoint.ProgressLine;
import roost.cli.format.Ads;
import roost.cli.format.ImageText;
import roost.cli.format.Json;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;
import roost.id.JobId;

/**
 * {@code condor_rm}, {@code condor_hold}, {@code condor_release}, {@code condor_vacate_job}: change
 * what becomes of jobs. Source of the texts: HTCondor 8.8 condor_tool (rm.cpp) and
 * JobActionResults.
 */
public final class ActionCommand implements Command {
    /** The command for removing jobs. */
    public static final ActionCommand RM =
            new ActionCommand(
                    "condor_rm",
                    "Remove jobs from the queue.",
                    JobAction.REMOVE,
                    Option.flag("forcex", 1, "forget jobs that are marked for removal already"));

    /** The command for keeping jobs from running. */
    public static final ActionCommand HOLD =
            new ActionCommand("condor_hold", "Put jobs on hold.", JobAction.HOLD);

    /** The command for letting held jobs run. */
    public static final ActionCommand RELEASE =
            new ActionCommand("condor_release", "Release jobs from hold.", JobAction.RELEASE);

    /** The command for taking running jobs off their slots. */
    public static final ActionCommand VACATE_JOB =
            new ActionCommand(
                    "condor_vacate_job",
                    "Take running jobs off their slots and back into the queue.",
                    JobAction.VACATE,
                    Option.flag("fast", 1, "kill them: what was done since an image is lost"),
                    Option.flag("wait", 1, "return when the jobs have left their slots"),
                    Option.flag("long", 1, "print a line a job"),
                    Option.flag("totals", 1, "print a line for all (the default)"),
                    Option.value("name", 1, "schedd", "the queue the jobs are in: this node's"),
                    Option.value("addr", 2, "ip:port", "the same, by its address"),
                    Option.value("pool", 1, "host", "the pool the queue is in: this node's"),
                    Option.flag("debug", 1, "accepted; there is no more to tell"));

    private final String name;
    private final String summary;
    private final JobAction action;
    private final OptionTable options;

    private ActionCommand(String name, String summary, JobAction action, Option... more) {
        this.name = name;
        this.summary = summary;
        this.action = action;
        List<Option> all = new ArrayList<>();
        all.add(Option.flag("all", 1, "act on all jobs you may act on"));
        all.add(Option.value("constraint", 1, "expr", "act on the jobs that satisfy this"));
        all.add(Option.value("reason", 1, "text", "say why, for the job's log"));
        all.add(Option.flag("json", 1, "print the results as JSON"));
        all.addAll(List.of(more));
        this.options =
                OptionTable.of("[cluster | cluster.proc | owner ...]", all.toArray(Option[]::new));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public OptionTable options() {
        return options;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException, UsageException {
        ParsedOptions given = arguments.options();
        JobOperands operands = JobOperands.parse(given.operands());
        Optional<String> constraint = given.value("constraint");
        if (operands.isEmpty() && constraint.isEmpty() && !given.has("all")) {
            throw new UsageException("You did not specify any jobs");
        }
        if (constraint.isPresent() && !Ads.isExpression(constraint.get())) {
            throw new UsageException("'" + constraint.get() + "' is no expression");
        }
        Optional<String> elsewhere = new QueueCheck(host, arguments.programName()).problem(given);
        if (elsewhere.isPresent()) {
            host.err().println(elsewhere.get());
            return 1;
        }
        Run run =
                new Run(
                        host,
                        action(given),
                        given.value("reason"),
                        given.has("wait"),
                        given.has("json"),
                        given.has("long"));
        run.jobs(operands.ids());
        for (int cluster : operands.clusters()) {
            run.group(
                    new JobSelection(
                            List.of(), List.of(cluster), List.of(), Optional.empty(), false),
                    "All jobs in cluster " + cluster + " have been " + run.past(),
                    "Couldn't find/" + run.present() + " all jobs in cluster " + cluster);
        }
        for (String owner : operands.owners()) {
            run.group(
                    new JobSelection(List.of(), List.of(), List.of(owner), Optional.empty(), false),
                    "User " + owner + "'s job(s) have been " + run.past() + ".",
                    "Couldn't find/" + run.present() + " all of user " + owner + "'s job(s).");
        }
        if (constraint.isPresent()) {
            run.group(
                    new JobSelection(List.of(), List.of(), List.of(), constraint, false),
                    "Jobs matching constraint " + constraint.get() + " have been " + run.past(),
                    "Couldn't find/"
                            + run.present()
                            + " all jobs matching constraint "
                            + constraint.get());
        }
        if (given.has("all")) {
            run.group(
                    new JobSelection(List.of(), List.of(), List.of(), Optional.empty(), true),
                    "All jobs have been " + run.past(),
                    "Could not " + run.present() + " all jobs.");
        }
        return run.end();
    }

    private JobAction action(ParsedOptions given) {
        if (given.has("forcex")) {
            return JobAction.REMOVE_FORCED;
        }
        return given.has("fast") ? JobAction.VACATE_FAST : action;
    }

    /** One run: sends what is asked for, and prints what came of it. */
    private static final class Run {
        private final CommandHost host;
        private final JobAction action;
        private final Optional<String> reason;
        private final boolean wait;
        private final boolean json;
        private final boolean lineForEach;
        private final List<String> objects = new ArrayList<>();
        private boolean failed;

        Run(
                CommandHost host,
                JobAction action,
                Optional<String> reason,
                boolean wait,
                boolean json,
                boolean lineForEach) {
            this.host = host;
            this.action = action;
            this.reason = reason;
            this.wait = wait;
            this.json = json;
            this.lineForEach = lineForEach;
        }

        private List<JobResult> act(JobSelection selection) {
            ApiRequest.ActOnJobs request =
                    new ApiRequest.ActOnJobs(action, selection, reason, wait);
            List<JobResult> results =
                    (wait && !json
                                    ? new ProgressLine(host).ask(request, imagesOf(selection))
                                    : NodeCalls.ask(host, request))
                            .results();
            for (JobResult result : results) {
                objects.add(json(result).end().stripTrailing());
            }
            return results;
        }

        private static ProgressLine.Images imagesOf(JobSelection which) {
            Optional<String> constraint =
                    which.constraint()
                            .or(
                                    () ->
                                            Optional.of(
                                                    new JobOperands(
                                                                    which.ids(),
                                                                    which.clusters(),
                                                                    which.owners())
                                                            .constraint()));
            ApiRequest.QueryImages query =
                    new ApiRequest.QueryImages(
                            ApiRequest.Target.HERE, which.all() ? Optional.empty() : constraint);
            return () -> List.of(query);
        }

        private static Json json(JobResult result) {
            Json object =
                    new Json()
                            .string("job", result.id().toString())
                            .string("outcome", result.outcome().name());
            result.reason().ifPresent(reason -> object.string("reason", reason));
            result.image().ifPresent(image -> object.raw("image", Ads.json(image)));
            return object;
        }

        /** Jobs by id: a line each. */
        void jobs(List<JobId> ids) {
            if (ids.isEmpty()) {
                return;
            }
            Map<JobId, JobResult> results = new LinkedHashMap<>();
            act(new JobSelection(ids, List.of(), List.of(), Optional.empty(), false))
                    .forEach(result -> results.put(result.id(), result));
            for (JobId id : ids) {
                say(results.getOrDefault(id, new JobResult(id, JobOutcome.ERROR)));
            }
            results.values().forEach(this::sayImage);
        }

        /** What came of the wait: the image that the job left with. */
        private void sayImage(JobResult result) {
            if (!json) {
                result.image()
                        .ifPresent(
                                image ->
                                        host.out()
                                                .println(
                                                        "Job "
                                                                + result.id()
                                                                + ": "
                                                                + ImageText.of(image)));
            }
        }

        /**
         * Jobs by what they have in common: one line, good only if there were some and all went.
         */
        void group(JobSelection selection, String good, String bad) {
            List<JobResult> results = new ArrayList<>(act(selection));
            if (lineForEach && !results.isEmpty()) {
                results.forEach(this::say);
                results.forEach(this::sayImage);
                return;
            }
            // They were there when the node looked for them, and left before they were asked.
            results.removeIf(result -> result.outcome() == JobOutcome.NOT_FOUND);
            boolean done =
                    !results.isEmpty()
                            && results.stream().allMatch(r -> r.outcome() == JobOutcome.SUCCESS);
            say(done, done ? good : bad);
            results.forEach(this::sayImage);
            if (!done && !json) {
                results.stream()
                        .filter(result -> result.outcome() != JobOutcome.SUCCESS)
                        .limit(10)
                        .forEach(r -> host.err().println("hint: " + text(r)));
            }
        }

        private void say(JobResult result) {
            say(result.outcome() == JobOutcome.SUCCESS, text(result));
        }

        private void say(boolean good, String text) {
            failed |= !good;
            if (!good) {
                host.err().println(text);
            } else if (!json) {
                host.out().println(text);
            }
        }

        int end() {
            if (json) {
                host.out().print("[\n" + String.join(",\n", objects) + "\n]\n");
            }
            return failed ? 1 : 0;
        }

        private String present() {
            return switch (action) {
                case REMOVE, REMOVE_FORCED -> "remove";
                case HOLD -> "hold";
                case RELEASE -> "release";
                case VACATE -> "vacate";
                case VACATE_FAST -> "fast-vacate";
                case CHECKPOINT -> "checkpoint";
            };
        }

        private String past() {
            return switch (action) {
                case REMOVE -> "marked for removal";
                case REMOVE_FORCED -> "removed locally (remote state unknown)";
                case HOLD -> "held";
                case RELEASE -> "released";
                case VACATE -> "vacated";
                case VACATE_FAST -> "fast-vacated";
                case CHECKPOINT -> "checkpointed";
            };
        }

        private String text(JobResult result) {
            JobId id = result.id();
            return switch (result.outcome()) {
                case SUCCESS -> "Job " + id + " " + past();
                case NOT_FOUND -> "Job " + id + " not found";
                case PERMISSION_DENIED -> "Permission denied to " + present() + " job " + id;
                case ALREADY_DONE ->
                        "Job "
                                + id
                                + (action == JobAction.HOLD
                                        ? " already held"
                                        : " already marked for removal");
                case BAD_STATUS -> badStatus(id);
                case ERROR ->
                        result.reason()
                                .map(why -> "Job " + id + " not " + past() + ": " + why)
                                .orElse("No result found for job " + id);
            };
        }

        private String badStatus(JobId id) {
            return switch (action) {
                case RELEASE -> "Job " + id + " not held to be released";
                case REMOVE_FORCED -> "Job " + id + " not in `X' state to be forcibly removed";
                case VACATE, VACATE_FAST, CHECKPOINT ->
                        "Job " + id + " not running to be " + past();
                case HOLD -> "Job " + id + " not in a state to be held";
                case REMOVE -> "Job " + id + " not in a state to be removed";
            };
        }
    }
}
