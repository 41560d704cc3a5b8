// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names and their raw values. Names are compared without regard to case and kept as written. While
 * files are read the table changes; afterwards it is never touched again.
 */
final class MacroTable {

    /**
     * A value.
     *
     * @param name as written where it was set last, with its prefix
     * @param raw the text right of the {@code =}, macros not expanded
     * @param order grows with each setting, so values sort by when they were set
     */
    record Entry(String name, String raw, Origin origin, int order) {}

    /**
     * Who looks: values written for a subsystem or a local name hold only for it.
     *
     * @param subsystem upper case, never empty
     * @param localName empty for none
     */
    record View(String subsystem, String localName) {}

    private final Map<String, Entry> entries = new HashMap<>();
    private final ConfigSource source;
    private final String configRoot;
    private int settings;

    MacroTable(ConfigSource source, String configRoot) {
        this.source = source;
        this.configRoot = configRoot;
    }

    /** Sets a value; the last one wins. */
    void put(String name, String raw, Origin origin) {
        entries.put(key(name), new Entry(name, raw, origin, settings++));
    }

    int size() {
        return entries.size();
    }

    /** All values that were set, in the order in which they were set last. */
    List<Entry> inOrder() {
        List<Entry> all = new ArrayList<>(entries.values());
        all.sort(java.util.Comparator.comparingInt(Entry::order));
        return all;
    }

    Collection<Entry> all() {
        return entries.values();
    }

    /** Exactly this name, as it was set by a file or the environment. */
    Optional<Entry> exactly(String name) {
        return Optional.ofNullable(entries.get(key(name)));
    }

    /**
     * The value that holds for {@code view}: the most special one that was set, else what is known
     * of this machine, else the knob's default.
     *
     * <p>Source: HTCondor manual 8.8 "HTCondor configuration files", order of look-up.
     */
    Optional<Entry> find(String name, View view) {
        String key = key(name);
        String subsystem = key(view.subsystem());
        if (!view.localName().isEmpty()) {
            String local = key(view.localName()) + "." + key;
            Entry entry = firstOf(subsystem + "." + local, local);
            if (entry != null) {
                return Optional.of(entry);
            }
        }
        Entry entry = firstOf(subsystem + "." + key, key);
        return entry != null ? Optional.of(entry) : builtIn(name, view);
    }

    private Entry firstOf(String special, String plain) {
        Entry entry = entries.get(special);
        return entry != null ? entry : entries.get(plain);
    }

    /** What there is without any file: facts of the process and machine, then defaults of knobs. */
    private Optional<Entry> builtIn(String name, View view) {
        String upper = name.toUpperCase(Locale.ROOT);
        String fact = fact(upper, view);
        if (!fact.isEmpty()) {
            return Optional.of(new Entry(upper, fact, Origin.DETECTED, -1));
        }
        Optional<Knob> knob = Knobs.find(upper);
        if (knob.isEmpty() || knob.get().defaultText().isEmpty()) {
            return Optional.empty();
        }
        String text = knob.get().defaultText().get();
        return Optional.of(new Entry(knob.get().name(), text, Origin.DEFAULT, -1));
    }

    /** A fact, or the empty text. */
    private String fact(String name, View view) {
        return switch (name) {
            case "SUBSYSTEM" -> view.subsystem();
            case "LOCALNAME" -> view.localName();
            case "USERNAME" -> source.userName();
            case "TILDE" -> source.host().get("CONDOR_HOME").orElse(source.home().toString());
            case "PID" -> Long.toString(pid());
            case "CONFIG_ROOT" -> configRoot;
            case "ROOST_STATE_DIR" -> stateDirectory();
            case "DETECTED_CPUS_LIMIT" -> cpusLimit().orElse("");
            default -> source.host().get(name).orElse("");
        };
    }

    /** Names of {@link #builtIn} facts that {@link HostFacts} does not list. */
    static final List<String> PROCESS_FACTS =
            List.of(
                    "CONFIG_ROOT",
                    "DETECTED_CPUS_LIMIT",
                    "LOCALNAME",
                    "PID",
                    "ROOST_STATE_DIR",
                    "SUBSYSTEM",
                    "TILDE",
                    "USERNAME");

    private long pid() {
        long pid = source.caller().pid();
        return pid == 0 ? ProcessHandle.current().pid() : pid;
    }

    private String stateDirectory() {
        String state = source.environment().get("XDG_STATE_HOME");
        return state != null && state.startsWith("/")
                ? state + "/roost"
                : source.home().resolve(".local/state/roost").toString();
    }

    private Optional<String> cpusLimit() {
        Optional<String> cpus = source.host().get("DETECTED_CPUS");
        if (cpus.isEmpty()) {
            return cpus;
        }
        int limit = Integer.parseInt(cpus.get());
        for (String variable : List.of("OMP_THREAD_LIMIT", "SLURM_CPUS_ON_NODE")) {
            String value = source.environment().getOrDefault(variable, "");
            if (value.matches("[1-9][0-9]{0,6}")) {
                limit = Math.min(limit, Integer.parseInt(value));
            }
        }
        return Optional.of(Integer.toString(limit));
    }

    ConfigSource source() {
        return source;
    }

    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
