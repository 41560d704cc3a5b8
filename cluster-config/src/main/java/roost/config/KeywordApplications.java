// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Applications that the configuration defines by keyword: {@code FractGen_Cmd =
 * "/usr/bin/fractgen"} makes {@code condor_cod activate -keyword FractGen} start that program.
 *
 * <p>Each attribute is looked up as {@code KEYWORD_Attribute}, else under the alias that submit
 * files use, {@code KEYWORD_executable}. The text of a string attribute may stand in double quotes
 * or without; other attributes are expressions. A universe may be a number or a name.
 *
 * <p>HTCondor refuses a keyword without universe or Iwd although its manual calls them optional;
 * here the universe is vanilla and Iwd is left out, so that the job starts in its sandbox.
 *
 * <p>Source: HTCondor manual 8.0 §4.3.4.1; htcondor 8.8 {@code jic_local_config.cpp}.
 */
public final class KeywordApplications {

    /**
     * An attribute that a keyword may set.
     *
     * @param name as in the job ad
     * @param alias the other name in the configuration; empty for none
     * @param text whether the value is a string, quoted or not; otherwise an expression
     */
    record Attribute(String name, String alias, boolean text) {}

    private static final List<Attribute> ATTRIBUTES =
            List.of(
                    new Attribute("Cmd", "executable", true),
                    new Attribute("Owner", "", true),
                    new Attribute("JobUniverse", "universe", false),
                    new Attribute("Iwd", "initialdir", true),
                    new Attribute("In", "input", true),
                    new Attribute("Out", "output", true),
                    new Attribute("Err", "error", true),
                    new Attribute("Args", "arguments", true),
                    new Attribute("Arguments", "arguments2", true),
                    new Attribute("Env", "environment", true),
                    new Attribute("Environment", "environment2", true),
                    new Attribute("JarFiles", "jar_files", true),
                    new Attribute("KillSig", "kill_sig", false),
                    new Attribute("StarterUserLog", "log", true),
                    new Attribute("StarterUserLogUseXML", "log_use_xml", false),
                    new Attribute("StarterWaitForDebug", "starter_wait_for_debug", false),
                    new Attribute("ClusterId", "cluster", false),
                    new Attribute("ProcId", "proc", false),
                    new Attribute("SuspendJobAtExec", "", false),
                    new Attribute("CoreSize", "", false),
                    new Attribute("StackSize", "", false));

    private static final Map<String, Integer> UNIVERSES =
            Map.of(
                    "standard", 1,
                    "vanilla", 5,
                    "scheduler", 7,
                    "grid", 9,
                    "java", 10,
                    "parallel", 11,
                    "local", 12,
                    "vm", 13);

    private KeywordApplications() {}

    /**
     * What the configuration says about a keyword.
     *
     * @param keyword as asked for
     * @param attributes names of attributes to expressions in old ClassAd syntax, in the order of
     *     the documentation
     * @param problems why an attribute is left out
     */
    public record Application(
            String keyword, Map<String, String> attributes, List<ConfigProblem> problems) {
        public Application {
            attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
            problems = List.copyOf(problems);
        }

        /** Whether the configuration knows the keyword: it says which program to run. */
        public boolean isDefined() {
            return attributes.containsKey("Cmd");
        }
    }

    /**
     * Everything the configuration says about a keyword. Where the request brings a job ad too,
     * that ad wins and these attributes only fill what it lacks.
     */
    public static Application resolve(CondorConfig config, String keyword) {
        CondorConfig starter = config.forSubsystem("STARTER", config.view().localName());
        Map<String, String> found = new LinkedHashMap<>();
        List<ConfigProblem> problems = new ArrayList<>();
        for (Attribute attribute : ATTRIBUTES) {
            try {
                lookUp(starter, keyword, attribute)
                        .ifPresent(value -> found.put(attribute.name(), value));
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!found.isEmpty()) {
            found.putIfAbsent("JobUniverse", "5");
        }
        return new Application(keyword, found, problems);
    }

    private static Optional<String> lookUp(
            CondorConfig config, String keyword, Attribute attribute) {
        Optional<String> name = nameInUse(config, keyword, attribute);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String value = config.get(name.get()).orElse("").strip();
        Origin origin = config.origin(name.get()).orElse(Origin.DEFAULT);
        if (attribute.name().equals("JobUniverse")) {
            return Optional.of(universe(name.get(), value, origin));
        }
        String expression = attribute.text() && !value.startsWith("\"") ? quote(value) : value;
        Optional<String> wrong = Expressions.parse(expression);
        if (wrong.isPresent()) {
            throw new ConfigException(
                    origin,
                    name.get()
                            + " is '"
                            + Statement.shorten(value)
                            + "', expected "
                            + (attribute.text() ? "a string" : "an expression")
                            + ": "
                            + wrong.get());
        }
        return Optional.of(expression);
    }

    /** The first of the attribute's names that has a value. */
    private static Optional<String> nameInUse(
            CondorConfig config, String keyword, Attribute attribute) {
        for (String suffix : List.of(attribute.name(), attribute.alias())) {
            String name = keyword + "_" + suffix;
            if (!suffix.isEmpty()
                    && config.table().find(name, config.view()).isPresent()
                    && !config.get(name).orElse("").isBlank()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static String universe(String name, String value, Origin origin) {
        String word = value.replace("\"", "").strip().toLowerCase(Locale.ROOT);
        Integer number = UNIVERSES.get(word);
        if (number != null) {
            return number.toString();
        }
        if (word.matches("[0-9]{1,3}")) {
            return word;
        }
        throw new ConfigException(
                origin,
                name
                        + " is '"
                        + Statement.shorten(value)
                        + "', expected a number or one of "
                        + String.join(", ", new TreeSet<>(UNIVERSES.keySet())));
    }

    /** In old ClassAd syntax a backslash stands for itself, except before a double quote. */
    private static String quote(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    /** Keywords that the configuration defines, in the spelling of their Cmd or executable. */
    public static Set<String> keywords(CondorConfig config) {
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (MacroTable.Entry entry : config.table().all()) {
            for (String suffix : List.of("_Cmd", "_executable")) {
                String name = withoutSubsystem(entry.name());
                int start = name.length() - suffix.length();
                if (start > 0
                        && name.regionMatches(true, start, suffix, 0, suffix.length())
                        && Knobs.find(name).isEmpty()
                        && !entry.raw().isBlank()) {
                    keywords.add(name.substring(0, start));
                }
            }
        }
        return keywords;
    }

    static String withoutSubsystem(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Whether {@code suffix} is an attribute or alias, whatever its case. */
    static boolean isAttribute(String suffix) {
        return names().stream().anyMatch(suffix::equalsIgnoreCase);
    }

    /** Names and aliases of all attributes. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Attribute attribute : ATTRIBUTES) {
            names.add(attribute.name());
            if (!attribute.alias().isEmpty()) {
                names.add(attribute.alias());
            }
        }
        return names;
    }
}
