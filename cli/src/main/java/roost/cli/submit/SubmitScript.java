// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import roost.api.CommandHost;
import roost.classad.ClassAd;

/** Goes through a submit description and collects the jobs that its queue statements ask for. */
final class SubmitScript {
    private static final Pattern ASSIGNMENT =
            Pattern.compile("(?s)([+]?)\\s*([A-Za-z_][\\w.]*)\\s*=(.*)");

    private final CommandHost host;
    private final SubmitMacros macros;
    private final Branches branches;
    private final JobDescription description;
    private final QueueItems items;
    private final List<ClassAd> jobs = new ArrayList<>();

    SubmitScript(CommandHost host, SubmitMacros macros) {
        this.host = host;
        this.macros = macros;
        this.branches = new Branches(macros);
        this.description = new JobDescription(host, macros);
        this.items = new QueueItems(host, macros);
    }

    /**
     * Runs a description.
     *
     * @param appended statements that come right before the first queue statement
     * @param finalQueue a queue statement in place of those of the description; null for none
     */
    List<ClassAd> run(String text, List<String> appended, String finalQueue)
            throws IOException, SubmitException {
        List<SubmitLines.Line> lines = SubmitLines.of(text);
        boolean pending = true;
        boolean queued = false;
        for (int i = 0; i < lines.size(); i++) {
            SubmitLines.Line line = lines.get(i);
            if (branches.take(line) || !branches.active()) {
                continue;
            }
            if (!QueueStatement.isOne(line.text())) {
                assign(line);
                continue;
            }
            String statement = line.text();
            if (QueueStatement.opensList(statement)) {
                StringBuilder list = new StringBuilder(statement);
                do {
                    if (++i >= lines.size()) {
                        throw new SubmitException(line.number(), "the list of items has no end");
                    }
                    list.append('\n').append(lines.get(i).text());
                } while (!lines.get(i).text().startsWith(")"));
                statement = list.toString();
            }
            if (pending) {
                append(appended);
                pending = false;
            }
            if (finalQueue == null) {
                queued = true;
                queue(statement, line.number());
            }
        }
        branches.close();
        if (pending) {
            append(appended);
        }
        if (finalQueue != null) {
            queue("queue " + finalQueue, 0);
        } else if (!queued) {
            throw new SubmitException(0, "the submit file has no 'queue' statement");
        }
        return jobs.stream()
                .map(job -> job.toBuilder().putInt("TotalSubmitProcs", jobs.size()).build())
                .toList();
    }

    private void append(List<String> appended) throws SubmitException {
        for (String statement : appended) {
            assign(new SubmitLines.Line(0, statement.strip()));
        }
    }

    /** {@code name = value}, {@code +Name = expression}, {@code My.Name = expression}. */
    void assign(SubmitLines.Line line) throws SubmitException {
        Matcher matcher = ASSIGNMENT.matcher(line.text());
        if (!matcher.matches()) {
            throw new SubmitException(
                    line.number(),
                    "'" + line.text() + "' is neither name = value nor a queue statement");
        }
        String name = matcher.group(1).isEmpty() ? matcher.group(2) : "MY." + matcher.group(2);
        macros.define(name, matcher.group(3).strip(), line.number());
    }

    private void queue(String text, int line) throws IOException, SubmitException {
        String rest = text.substring("queue".length()).strip();
        QueueStatement statement = QueueStatement.parse(rest, line);
        int count = count(statement);
        List<String> variables = statement.variables();
        int row = 0;
        for (String item : items.of(statement)) {
            List<String> values = QueueItems.values(item, Math.max(1, variables.size()));
            for (int i = 0; i < variables.size(); i++) {
                macros.automatic(variables.get(i), values.get(i));
            }
            macros.automatic("ItemIndex", Integer.toString(row));
            macros.automatic("Row", Integer.toString(row++));
            for (int step = 0; step < count; step++) {
                if (jobs.size() == SubmitLimits.MAX_JOBS) {
                    throw new SubmitException(
                            line, "more than " + SubmitLimits.MAX_JOBS + " jobs in one cluster");
                }
                String process = Integer.toString(jobs.size());
                macros.automatic("Process", process);
                macros.automatic("ProcId", process);
                macros.automatic("Step", Integer.toString(step));
                jobs.add(description.ad(line));
            }
        }
        macros.forget(variables);
    }

    private int count(QueueStatement statement) throws SubmitException {
        String text = macros.expand(statement.count(), statement.line()).strip();
        if (text.isEmpty()) {
            return 1;
        }
        if (!text.matches("\\d{1,9}")) {
            throw new SubmitException(
                    statement.line(),
                    "'queue " + text + "' does not say how many: a number or in, from, matching");
        }
        return Integer.parseInt(text);
    }
}
