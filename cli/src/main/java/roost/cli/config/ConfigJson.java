// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import roost.cli.format.Json;
import roost.config.CondorConfig;
import roost.config.ConfigProblem;
import roost.config.Knob;
import roost.config.Knobs;
import roost.config.Origin;

/** Values and problems as JSON: a list of objects, one a line. */
final class ConfigJson {
    private ConfigJson() {}

    static String values(CondorConfig config, List<String> names) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (String name : names) {
            Map<String, String> row = new LinkedHashMap<>();
            Origin origin = config.origin(name).orElse(Origin.DEFAULT);
            row.put("name", Json.quote(config.nameUsed(name).orElse(name)));
            row.put("value", Json.quote(config.get(name).orElse("")));
            row.put("raw", Json.quote(config.raw(name).orElse("")));
            Knobs.find(name)
                    .flatMap(Knob::defaultText)
                    .ifPresent(text -> row.put("default", Json.quote(text)));
            where(row, origin);
            rows.add(row);
        }
        return list(rows);
    }

    static String problems(List<ConfigProblem> problems) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (ConfigProblem problem : problems) {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("severity", Json.quote(problem.isError() ? "error" : "warning"));
            where(row, problem.origin());
            row.put("message", Json.quote(problem.message()));
            rows.add(row);
        }
        return list(rows);
    }

    private static void where(Map<String, String> row, Origin origin) {
        row.put("source", Json.quote(origin.source()));
        if (origin.line() > 0) {
            row.put("line", Integer.toString(origin.line()));
        }
        if (!origin.template().isEmpty()) {
            row.put("template", Json.quote(origin.template()));
            row.put("templateLine", Integer.toString(origin.templateLine()));
        }
    }

    private static String list(List<Map<String, String>> rows) {
        StringBuilder text = new StringBuilder("[");
        String separator = "\n  ";
        for (Map<String, String> row : rows) {
            text.append(separator).append("{ ");
            List<String> members = new ArrayList<>();
            row.forEach((name, value) -> members.add(Json.quote(name) + ": " + value));
            text.append(String.join(", ", members)).append(" }");
            separator = ",\n  ";
        }
        return text.append(rows.isEmpty() ? "]\n" : "\n]\n").toString();
    }
}
