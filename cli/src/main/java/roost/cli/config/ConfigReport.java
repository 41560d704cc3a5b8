// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import roost.config.CondorConfig;
import roost.config.Knob;
import roost.config.Knobs;
import roost.config.Origin;
import roost.config.Templates;

/** Writes values of a configuration the way condor_config_val does. */
final class ConfigReport {
    private final CondorConfig config;
    private final boolean verbose;
    private final boolean raw;
    private final boolean expanded;
    private final PrintStream out;

    ConfigReport(
            CondorConfig config, boolean verbose, boolean raw, boolean expanded, PrintStream out) {
        this.config = config;
        this.verbose = verbose;
        this.raw = raw;
        this.expanded = expanded;
        this.out = out;
    }

    /** The values of names, all of which are defined. */
    void values(List<String> names, boolean json) {
        if (json) {
            out.print(ConfigJson.values(config, names));
            return;
        }
        for (String name : names) {
            String value = raw ? rawOf(name) : expandedOf(name);
            if (!verbose) {
                out.println(value);
                continue;
            }
            out.println(nameOf(name) + " = " + value);
            out.println(" # at: " + originOf(name));
            if (!raw) {
                out.println(" # raw: " + nameOf(name) + " = " + rawOf(name));
            }
            defaultOf(name).ifPresent(text -> out.println(" # default: " + text));
            out.println();
        }
    }

    /** Every name, or those that match one of the patterns. */
    void dump(List<String> patterns, boolean json) {
        List<String> wanted = patterns.isEmpty() ? List.of("") : patterns;
        if (json) {
            List<String> names = new ArrayList<>();
            wanted.forEach(pattern -> names.addAll(NamePattern.of(pattern).matching(config)));
            out.print(ConfigJson.values(config, names.stream().distinct().toList()));
            return;
        }
        heading();
        for (String pattern : wanted) {
            if (!pattern.isEmpty()) {
                out.println("\n# Parameters with names that match " + pattern + ":");
            }
            NamePattern.of(pattern).matching(config).forEach(this::dumpOne);
        }
        if (!verbose) {
            out.println("# Contributing configuration file(s):");
            config.files().forEach(file -> out.println("#\t" + file));
        }
    }

    private void dumpOne(String name) {
        out.println(name + " = " + (expanded ? expandedOf(name) : rawOf(name)));
        if (verbose) {
            out.println(" # at: " + originOf(name));
            out.println(expanded ? " # raw: " + rawOf(name) : " # expanded: " + expandedOf(name));
            defaultOf(name).ifPresent(text -> out.println(" # default: " + text));
        }
    }

    private void heading() {
        out.println(
                "# Configuration from machine: "
                        + config.get("FULL_HOSTNAME").orElse("<unknown hostname>"));
    }

    /** What is set to something else than its default, file by file in the order of setting. */
    void summary(boolean json) {
        Map<String, List<String>> bySource = new LinkedHashMap<>();
        config.files().forEach(file -> bySource.put(file, new ArrayList<>()));
        for (String name : config.namesSet()) {
            if (!defaultOf(name).equals(config.raw(name))) {
                String source = config.origin(name).orElse(Origin.DEFAULT).source();
                bySource.computeIfAbsent(source, s -> new ArrayList<>()).add(name);
            }
        }
        if (json) {
            out.print(
                    ConfigJson.values(
                            config, bySource.values().stream().flatMap(List::stream).toList()));
            return;
        }
        heading();
        bySource.forEach(
                (source, names) -> {
                    if (!names.isEmpty()) {
                        out.println("\n#\n# from " + source + "\n#");
                        names.forEach(this::dumpOne);
                    }
                });
    }

    /** What a template sets, or which templates a category has. */
    void template(String words) {
        int colon = words.indexOf(':');
        String category = colon < 0 ? words : words.substring(0, colon);
        String name = words.substring(colon + 1);
        List<String> known = Templates.names(category);
        if (colon < 0 && !known.isEmpty()) {
            out.println("use " + category.toUpperCase(Locale.ROOT) + " accepts");
            known.forEach(template -> out.println("  " + template));
            return;
        }
        Optional<Templates.Template> template = Templates.find(category, name);
        if (template.isEmpty()) {
            out.println("Not defined: use " + words.toUpperCase(Locale.ROOT));
            return;
        }
        String text = template.get().text();
        out.println("use " + template.get().name() + (expanded ? " expands to" : " is"));
        for (String line : text.strip().split("\n")) {
            out.println(expanded ? config.expand(line) : line);
        }
        out.println();
    }

    private String nameOf(String name) {
        return config.nameUsed(name).orElse(name);
    }

    private String rawOf(String name) {
        return config.raw(name).orElse("");
    }

    private String expandedOf(String name) {
        return config.get(name).orElse("");
    }

    private String originOf(String name) {
        return config.origin(name).orElse(Origin.DEFAULT).toString();
    }

    private static Optional<String> defaultOf(String name) {
        return Knobs.find(name).flatMap(Knob::defaultText);
    }
}
