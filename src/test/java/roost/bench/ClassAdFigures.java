// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The ClassAd language on one core, by JMH. */
final class ClassAdFigures {
    private final Table table;

    ClassAdFigures(Table table) {
        this.table = table;
    }

    void measure() throws RunnerException {
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include(ClassAdBenchmark.class.getName())
                                        .verbosity(VerboseMode.SILENT)
                                        .build())
                        .run();
        for (RunResult result : results) {
            double score = result.getPrimaryResult().getScore();
            switch (result.getPrimaryResult().getLabel()) {
                case "parse" ->
                        table.atLeast("machine ads of 150 attributes parsed", score, "/s", 50_000);
                case "evaluateRequirements" ->
                        table.atLeast("Requirements evaluated", score, "/s", 2_000_000);
                case "requestAgainstPool" ->
                        table.atMost("a request against 100,000 slot ads", score, "ms", 100);
                default ->
                        table.note(
                                result.getPrimaryResult().getLabel(),
                                "%,.0f %s"
                                        .formatted(
                                                score, result.getPrimaryResult().getScoreUnit()));
            }
        }
    }
}
