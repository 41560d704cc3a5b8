// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The printed table: what was measured, what it must reach, and whether it does. */
final class Table {
    private record Row(String figure, String measured, String limit, String verdict) {}

    private final List<Row> rows = new ArrayList<>();
    private final PrintStream progress;

    /**
     * @param progress told each row as it comes, because the whole takes minutes
     */
    Table(PrintStream progress) {
        this.progress = progress;
    }

    /** A figure whose median must not exceed a number of milliseconds. */
    void atMost(String figure, Samples samples, double limitMillis) {
        require(figure, samples, limitMillis, "at most ");
    }

    /** A figure whose median must not exceed a limit in milliseconds, and how that comes about. */
    void atMost(String figure, Samples samples, double limitMillis, String limit) {
        require(figure, samples, limitMillis, limit + " = ");
    }

    private void require(String figure, Samples samples, double limitMillis, String how) {
        String shown = String.format(Locale.ROOT, "%s%.2f ms", how, limitMillis);
        add(new Row(figure, samples.toString(), shown, verdict(samples.median() <= limitMillis)));
    }

    /** A figure that is one number and must not exceed a limit. */
    void atMost(String figure, double value, String unit, double limit) {
        add(
                new Row(
                        figure,
                        number(value) + " " + unit,
                        "at most " + number(limit) + " " + unit,
                        verdict(value <= limit)));
    }

    /** A figure that is one number and must reach a limit. */
    void atLeast(String figure, double value, String unit, double limit) {
        add(
                new Row(
                        figure,
                        number(value) + " " + unit,
                        "at least " + number(limit) + " " + unit,
                        verdict(value >= limit)));
    }

    /** Something measured for orientation or as a part of a limit. */
    void note(String figure, String measured) {
        add(new Row(figure, measured, "", ""));
    }

    private void add(Row row) {
        rows.add(row);
        progress.println("  " + row.figure() + ": " + row.measured() + " " + row.verdict());
    }

    private static String verdict(boolean reached) {
        return reached ? "yes" : "NO";
    }

    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }

    void print(PrintStream out) {
        out.println();
        out.println("| figure | measured | must reach | reached |");
        out.println("|---|---|---|---|");
        for (Row row : rows) {
            out.printf(
                    "| %s | %s | %s | %s |%n",
                    row.figure(), row.measured(), row.limit(), row.verdict());
        }
    }
}
