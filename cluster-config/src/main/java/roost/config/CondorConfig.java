// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import roost.config.Macros.MacroException;

/**
 * A configuration as it was read: immutable, safe to share between threads, never reads again.
 *
 * <p>Values are kept raw and expanded when asked for; asking twice gives the same answer, also
 * where {@code $RANDOM_INTEGER} is involved. A value whose macros do not expand, or that is not of
 * its knob's type, makes the getters throw {@link ConfigException}; {@link ConfigCheck} finds all
 * such values at once.
 */
public final class CondorConfig {
    /** The HTCondor whose configuration language this is; what {@code if version} compares with. */
    public static final String LANGUAGE_VERSION = "8.9.11";

    private final MacroTable table;
    private final MacroTable.View view;
    private final List<String> readFiles;
    private final Map<Path, ConfigFiles.Facts> looked;
    private final List<ConfigProblem> problems;

    CondorConfig(
            MacroTable table,
            MacroTable.View view,
            List<String> readFiles,
            Map<Path, ConfigFiles.Facts> looked,
            List<ConfigProblem> problems) {
        this.table = table;
        this.view = view;
        this.readFiles = List.copyOf(readFiles);
        this.looked = Collections.unmodifiableMap(new LinkedHashMap<>(looked));
        this.problems = List.copyOf(problems);
    }

    /**
     * Reads the configuration that holds for {@code source}. Does not throw for anything that
     * stands in files or the environment: see {@link #errors}.
     */
    public static CondorConfig load(ConfigSource source) {
        return ConfigLoader.load(source);
    }

    /** What the configuration was read for. */
    public ConfigSource source() {
        return table.source();
    }

    /**
     * The same configuration as another subsystem sees it: {@code STARTD.X} instead of {@code X}.
     */
    public CondorConfig forSubsystem(String subsystem, String localName) {
        MacroTable.View other = new MacroTable.View(subsystem.toUpperCase(Locale.ROOT), localName);
        return new CondorConfig(table, other, readFiles, looked, problems);
    }

    /**
     * The expanded value; nothing if the name is not defined.
     *
     * @throws ConfigException if its macros do not expand
     */
    public Optional<String> get(String name) {
        return expandedIn(view, name);
    }

    /**
     * Expands macros in any text.
     *
     * @throws ConfigException if they do not expand
     */
    public String expand(String text) {
        try {
            return new Macros(table, view, Macros.ignored(), text).expand(text);
        } catch (MacroException e) {
            throw new ConfigException(
                    new Origin(Origin.Kind.DEFAULT, "<text>", 0, "", 0), e.getMessage());
        }
    }

    private Optional<String> expandedIn(MacroTable.View who, String name) {
        try {
            return new Macros(table, who, Macros.ignored(), name).value(name);
        } catch (MacroException e) {
            throw new ConfigException(
                    table.find(name, who).map(MacroTable.Entry::origin).orElse(Origin.DEFAULT),
                    name + ": " + e.getMessage());
        }
    }

    /** The value as written, macros not expanded; nothing if the name is not defined. */
    public Optional<String> raw(String name) {
        return table.find(name, view).map(MacroTable.Entry::raw);
    }

    /** Where the value comes from; nothing if the name is not defined. */
    public Optional<Origin> origin(String name) {
        return table.find(name, view).map(MacroTable.Entry::origin);
    }

    /**
     * The name under which the value was found, with its prefix: {@code STARTD.X} for {@code X}.
     */
    public Optional<String> nameUsed(String name) {
        return table.find(name, view).map(MacroTable.Entry::name);
    }

    /** Whether a file or the environment sets the knob. */
    public boolean isSet(Knob knob) {
        return table.find(knob.name(), viewOf(knob))
                .filter(entry -> entry.origin().kind() != Origin.Kind.DEFAULT)
                .isPresent();
    }

    private MacroTable.View viewOf(Knob knob) {
        return new MacroTable.View(knob.subsystem(), view.localName());
    }

    /**
     * The knob's expanded text without white space round it; nothing if it is empty or not set.
     *
     * @throws ConfigException if its macros do not expand
     */
    public Optional<String> getString(Knob knob) {
        return expandedIn(viewOf(knob), knob.name()).map(String::strip).filter(s -> !s.isEmpty());
    }

    /**
     * The knob's number.
     *
     * @throws ConfigException if it is not set, not a number or out of range
     */
    public long getInteger(Knob knob) {
        return KnobValue.number(knob, required(knob), originOf(knob));
    }

    /**
     * The knob's truth.
     *
     * @throws ConfigException if it is not set or not a boolean
     */
    public boolean getBoolean(Knob knob) {
        return KnobValue.truth(knob, required(knob), originOf(knob));
    }

    /**
     * The knob's span of time.
     *
     * @throws ConfigException if it is not set, not a number of seconds or out of range
     */
    public Duration getDuration(Knob knob) {
        return Duration.ofSeconds(getInteger(knob));
    }

    /**
     * The knob's items; none if it is not set.
     *
     * @throws ConfigException if its macros do not expand
     */
    public List<String> getList(Knob knob) {
        return getString(knob).map(ConfigList::split).orElse(List.of());
    }

    /**
     * The knob's file name, absolute.
     *
     * @throws ConfigException if it is not set or not an absolute file name
     */
    public Path getPath(Knob knob) {
        return KnobValue.path(knob, required(knob), originOf(knob));
    }

    private String required(Knob knob) {
        return getString(knob)
                .orElseThrow(
                        () ->
                                new ConfigException(
                                        originOf(knob),
                                        isSet(knob)
                                                ? emptiness(knob)
                                                : knob.name() + " is not set"));
    }

    /** What is wrong with a knob that is set to nothing and needs a value. */
    static String emptiness(Knob knob) {
        return knob.name()
                + " is set to nothing"
                + knob.defaultText().map(text -> "; without the line it is " + text).orElse("");
    }

    /** Where the value that holds for a knob comes from. */
    public Origin originOf(Knob knob) {
        return table.find(knob.name(), viewOf(knob))
                .map(MacroTable.Entry::origin)
                .orElse(Origin.DEFAULT);
    }

    /** Names that files or the environment set, in the order in which they were set last. */
    public List<String> namesSet() {
        return table.inOrder().stream().map(MacroTable.Entry::name).toList();
    }

    /** All names with a value: those that were set, knobs with a default, facts; sorted. */
    public List<String> names() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(namesSet());
        for (Knob knob : Knobs.all()) {
            if (knob.defaultText().isPresent()) {
                names.add(knob.name());
            }
        }
        names.addAll(table.source().host().names());
        names.addAll(MacroTable.PROCESS_FACTS);
        names.removeIf(name -> table.find(name, view).isEmpty());
        return new ArrayList<>(names);
    }

    /**
     * All that is set under names beginning with {@code prefix}, whatever its case: what follows
     * the prefix, to its value. Prefixes of subsystems do not count here.
     *
     * @throws ConfigException if the macros of one of them do not expand
     */
    public Map<String, String> withPrefix(String prefix) {
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (MacroTable.Entry entry : table.all()) {
            String name = entry.name();
            if (name.length() > prefix.length()
                    && name.regionMatches(true, 0, prefix, 0, prefix.length())) {
                found.put(name.substring(prefix.length()), get(name).orElse(""));
            }
        }
        return found;
    }

    /** Files that were read, the root file first; {@code <Personal>} for the built-in one. */
    public List<String> files() {
        return readFiles;
    }

    /**
     * Every file and directory that was looked at, also those that are not there, as it was before
     * it was read.
     */
    public Map<Path, ConfigFiles.Facts> lookedAt() {
        return looked;
    }

    /** Whether one of them changed since: then the configuration should be read again. */
    public boolean isStale() {
        ConfigFiles files = table.source().files();
        return looked.entrySet().stream()
                .anyMatch(entry -> !files.facts(entry.getKey()).equals(entry.getValue()));
    }

    /** What was wrong while reading: errors and warnings, in the order in which they were met. */
    public List<ConfigProblem> problems() {
        return problems;
    }

    /** The errors among {@link #problems}. */
    public List<ConfigProblem> errors() {
        return problems.stream().filter(ConfigProblem::isError).toList();
    }

    MacroTable table() {
        return table;
    }

    MacroTable.View view() {
        return view;
    }
}
