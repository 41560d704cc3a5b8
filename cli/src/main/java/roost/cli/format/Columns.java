// SPDX-License-Identifier: Apache-2.0
package roost.cli.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;
import roost.classad.Value;
import roost.cli.option.Option;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;

/**
 * What {@code -autoformat} and {@code -format} make of ads: a row an ad, a column an expression.
 * They need whole ads: an attribute may be an expression over attributes that no column names.
 *
 * <p>Source: HTCondor manual 8.8, condor_q and condor_status; separators as in 8.8's
 * AttrListPrintMask.
 */
public final class Columns {
    public static final Option AUTOFORMAT =
            Option.words(
                            "autoformat",
                            5,
                            "attr",
                            "print these, a row each; -af:jhlVr,tng: job id, headings, labels,"
                                    + " quotes, raw, commas, tabs, lines, blank lines")
                    .or("af");

    public static final Option FORMAT =
            Option.values(
                    "format", 1, List.of("fmt", "attr"), "print an attribute as printf would");

    /** One column. */
    private record Column(String heading, Expr expression, Printf format, boolean raw) {
        Value value(ClassAd ad) {
            return Evaluator.evaluate(expression, ad, null, EvalContext.DEFAULT);
        }
    }

    private final List<Column> columns = new ArrayList<>();
    private boolean auto;
    private boolean headings;
    private boolean jobId;
    private String rowPrefix = "";
    private String columnPrefix = " ";
    private String columnSuffix = "";

    private Columns() {}

    /** The columns that were asked for; empty if neither option was given. */
    public static Optional<Columns> of(ParsedOptions options) throws UsageException {
        Columns columns = new Columns();
        for (ParsedOptions.Use use : options.uses()) {
            if (use.option().name().equals(AUTOFORMAT.name())) {
                columns.auto(use.modifier(), use.values());
            } else if (use.option().name().equals(FORMAT.name())) {
                Printf format = Printf.of(use.values().get(0));
                String attribute = use.values().get(1);
                columns.columns.add(new Column(attribute, parse(attribute), format, false));
            }
        }
        return columns.columns.isEmpty() ? Optional.empty() : Optional.of(columns);
    }

    private void auto(String modifiers, List<String> attributes) throws UsageException {
        auto = true;
        boolean label = false;
        String conversion = "%v";
        boolean raw = false;
        for (char modifier : modifiers.toCharArray()) {
            switch (modifier) {
                case 'l' -> label = true;
                case 'h' -> headings = true;
                case 'j' -> jobId = true;
                case 'V' -> conversion = "%V";
                case 'r', 'o' -> raw = true;
                case ',' -> columnSuffix = ",";
                case 't' -> columnPrefix = "\t";
                case 'n' -> columnSuffix = "\n";
                case 'g' -> {
                    columnPrefix = "";
                    rowPrefix = "\n";
                }
                default ->
                        throw new UsageException(
                                "-autoformat knows no modifier '" + modifier + "'");
            }
        }
        for (String attribute : attributes) {
            String prefix = label && !headings ? attribute.replace("%", "%%") + " = " : "";
            Printf format = Printf.of(prefix.replace("\\", "\\\\") + conversion);
            columns.add(new Column(attribute, parse(attribute), format, raw));
        }
    }

    private static Expr parse(String text) throws UsageException {
        try {
            return Expr.parse(text);
        } catch (ClassAdException e) {
            throw new UsageException(
                    "'" + text + "' is no attribute or expression: " + e.getMessage());
        }
    }

    /** The rows of these ads. */
    public String print(List<ClassAd> ads) {
        if (!auto) {
            StringBuilder text = new StringBuilder();
            ads.forEach(ad -> text.append(formatted(ad)));
            return text.toString();
        }
        List<List<String>> rows = new ArrayList<>();
        if (headings) {
            rows.add(headings());
        }
        ads.forEach(ad -> rows.add(cells(ad)));
        if (headings) {
            alignColumns(rows);
        }
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    /** {@code -format}: an attribute that is not there prints nothing, not even its text. */
    private String formatted(ClassAd ad) {
        StringBuilder text = new StringBuilder();
        for (Column column : columns) {
            Value value = column.value(ad);
            if (!value.isUndefined()) {
                text.append(column.format().apply(value));
            }
        }
        return text.toString();
    }

    private List<String> headings() {
        List<String> cells = new ArrayList<>();
        if (jobId) {
            cells.add(" ID");
        }
        columns.forEach(column -> cells.add(column.heading()));
        return cells;
    }

    private List<String> cells(ClassAd ad) {
        List<String> cells = new ArrayList<>();
        if (jobId) {
            long cluster = ad.getInteger("ClusterId").orElse(0);
            long proc = ad.getInteger("ProcId").orElse(0);
            cells.add(headings ? String.format("%4d.%-3d", cluster, proc) : cluster + "." + proc);
        }
        for (Column column : columns) {
            if (column.raw()) {
                Expr written = ad.lookup(column.heading());
                cells.add(written == null ? "undefined" : written.toString());
            } else {
                cells.add(column.format().apply(column.value(ad)));
            }
        }
        return cells;
    }

    private static void alignColumns(List<List<String>> rows) {
        int last = rows.get(0).size() - 1;
        for (int i = 0; i < last; i++) {
            int column = i;
            int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
            for (List<String> row : rows) {
                String cell = row.get(i);
                row.set(i, cell + " ".repeat(width - cell.length()));
            }
        }
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder(rowPrefix);
        for (int i = 0; i < cells.size(); i++) {
            line.append(i == 0 ? "" : columnPrefix).append(cells.get(i));
            line.append(i + 1 < cells.size() ? columnSuffix : "");
        }
        return line.append('\n').toString();
    }
}
