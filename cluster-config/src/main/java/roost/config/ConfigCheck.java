// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import roost.config.Macros.MacroException;

/**
 * Finds everything that is wrong with a configuration, at once: what was met while reading it,
 * macros that do not expand, values that are not what their knob wants, names nobody knows, and
 * settings that do not go together.
 *
 * <p>A name that nobody knows is a warning, because it may be an administrator's own macro; one
 * that other values refer to is not even that.
 */
public final class ConfigCheck {
    /** Longest path that fits a UNIX socket address on Linux, with the zero byte at its end. */
    private static final int SOCKET_PATH_BYTES = 107;

    private static final Set<String> SUBSYSTEMS =
            Set.of(
                    "CKPT_SERVER",
                    "COLLECTOR",
                    "MASTER",
                    "NEGOTIATOR",
                    "SCHEDD",
                    "SHADOW",
                    "STARTD",
                    "STARTER",
                    "SUBMIT",
                    "TOOL");

    private final CondorConfig config;
    private final MacroTable table;
    private final List<ConfigProblem> found = new ArrayList<>();
    private final Set<String> referred = new HashSet<>();
    private final Set<String> attributeNames = new LinkedHashSet<>();
    private final Set<String> keywords;
    private long work;

    private ConfigCheck(CondorConfig config) {
        this.config = config;
        this.table = config.table();
        this.keywords = KeywordApplications.keywords(config);
    }

    /** All problems, errors and warnings, in the order in which they stand in the files. */
    public static List<ConfigProblem> check(CondorConfig config) {
        ConfigCheck check = new ConfigCheck(config);
        check.found.addAll(config.problems());
        if (check.macrosExpand()) {
            check.meanings();
        }
        return check.sorted();
    }

    private void meanings() {
        try {
            knobs();
            names();
            keywordApplications();
            attributes();
            togetherness();
        } catch (ConfigException e) {
            // A value that expands where it stands and yet not for the subsystem that uses it.
            found.addAll(e.problems());
        }
    }

    private List<ConfigProblem> sorted() {
        List<String> files = config.files();
        return found.stream()
                .distinct()
                .sorted(
                        Comparator.comparingInt(
                                        (ConfigProblem p) -> {
                                            int index = files.indexOf(p.origin().source());
                                            return index < 0 ? files.size() : index;
                                        })
                                .thenComparing(p -> p.origin().line())
                                .thenComparing(p -> p.origin().templateLine()))
                .toList();
    }

    private void error(Origin origin, String message) {
        found.add(ConfigProblem.error(origin, message));
    }

    private void warning(Origin origin, String message) {
        found.add(ConfigProblem.warning(origin, message));
    }

    /** Whether all values expand; if not, looking at what they come to makes no sense. */
    private boolean macrosExpand() {
        boolean all = true;
        for (MacroTable.Entry entry : table.inOrder()) {
            Set<String> undefined = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            Macros macros = new Macros(table, viewOf(entry), undefined, entry.name());
            try {
                macros.value(entry.name());
                collectReferences(entry.raw());
                undefined.forEach(name -> undefinedMacro(entry, name));
            } catch (MacroException e) {
                error(entry.origin(), entry.name() + ": " + e.getMessage());
                all = false;
            }
            work += macros.work();
            if (work > ConfigLimits.TOTAL_WORK || found.size() > ConfigLimits.PROBLEMS) {
                error(entry.origin(), "too many errors or too much work; the rest is not checked");
                return false;
            }
        }
        return all;
    }

    private void undefinedMacro(MacroTable.Entry entry, String name) {
        warning(
                entry.origin(),
                entry.name()
                        + " refers to $("
                        + name
                        + "), which is not defined"
                        + suggestion(name, knownNames()));
    }

    /** Remembers every name that a value refers to, also in branches that are not taken. */
    private void collectReferences(String raw) {
        MacroReference.Finder finder = new MacroReference.Finder(raw);
        for (int i = raw.indexOf('$'); i >= 0; i = raw.indexOf('$', i + 1)) {
            MacroReference reference = finder.at(i);
            if (reference != null) {
                referred.add(MacroTable.key(reference.name()));
            }
        }
    }

    /** The entry as the subsystem or local name of its prefix sees it. */
    private MacroTable.View viewOf(MacroTable.Entry entry) {
        int dot = entry.name().indexOf('.');
        if (dot < 0) {
            return config.view();
        }
        String prefix = entry.name().substring(0, dot).toUpperCase(Locale.ROOT);
        return SUBSYSTEMS.contains(prefix)
                ? new MacroTable.View(prefix, config.view().localName())
                : new MacroTable.View(config.view().subsystem(), prefix);
    }

    private void knobs() {
        for (MacroTable.Entry entry : table.inOrder()) {
            Optional<Knob> knob = knobOf(entry);
            if (knob.isEmpty()) {
                continue;
            }
            String text;
            try {
                text =
                        new Macros(table, viewOf(entry), Macros.ignored(), entry.name())
                                .value(entry.name())
                                .orElse("")
                                .strip();
            } catch (MacroException e) {
                continue;
            }
            if (text.isEmpty()) {
                if (knob.get().mustNotBeEmpty()) {
                    error(entry.origin(), CondorConfig.emptiness(knob.get()));
                }
                continue;
            }
            try {
                KnobValue.typed(knob.get(), text, entry.origin());
            } catch (ConfigException e) {
                found.addAll(e.problems());
            }
        }
    }

    private static Optional<Knob> knobOf(MacroTable.Entry entry) {
        return Knobs.find(KeywordApplications.withoutSubsystem(entry.name()));
    }

    /** Names that mean nothing to anybody. */
    private void names() {
        for (Knob knob : Knobs.NAMES_OF_ATTRIBUTES) {
            for (String name : config.getList(knob)) {
                attributeNames.add(MacroTable.key(name));
            }
        }
        for (MacroTable.Entry entry : table.inOrder()) {
            String name = KeywordApplications.withoutSubsystem(entry.name());
            if (!isKnown(name) && !referred.contains(MacroTable.key(entry.name()))) {
                unknownName(entry, name);
            }
        }
    }

    private boolean isKnown(String name) {
        String key = MacroTable.key(name);
        return Knobs.find(name).isPresent()
                || referred.contains(key)
                || attributeNames.contains(key)
                || MacroTable.PROCESS_FACTS.contains(name.toUpperCase(Locale.ROOT))
                || table.source().host().get(name).isPresent()
                || keywordOf(name).filter(k -> isAttributeOf(k, name)).isPresent();
    }

    /** The longest defined keyword that the name begins with. */
    private Optional<String> keywordOf(String name) {
        return keywords.stream()
                .filter(k -> name.length() > k.length() + 1)
                .filter(k -> name.regionMatches(true, 0, k + "_", 0, k.length() + 1))
                .max(Comparator.comparingInt(String::length));
    }

    private static boolean isAttributeOf(String keyword, String name) {
        return KeywordApplications.isAttribute(name.substring(keyword.length() + 1));
    }

    private void unknownName(MacroTable.Entry entry, String name) {
        Optional<String> keyword = keywordOf(name);
        if (keyword.isPresent()) {
            String suffix = name.substring(keyword.get().length() + 1);
            warning(
                    entry.origin(),
                    "keyword application "
                            + keyword.get()
                            + " has no attribute '"
                            + Statement.shorten(suffix)
                            + "'"
                            + suggestion(suffix, KeywordApplications.names()));
            return;
        }
        if (HtcondorKnobs.isKnown(name)) {
            warning(entry.origin(), name + " is a knob of HTCondor that Roost does not use");
            return;
        }
        int underscore = name.lastIndexOf('_');
        boolean looksLikeApplication =
                underscore > 0 && KeywordApplications.isAttribute(name.substring(underscore + 1));
        String hint = suggestion(name, knownNames());
        if (hint.isEmpty() && looksLikeApplication) {
            String application = name.substring(0, underscore);
            hint =
                    "; if "
                            + application
                            + " is a keyword application, "
                            + application
                            + "_Cmd is missing";
        }
        warning(entry.origin(), "unknown knob '" + Statement.shorten(name) + "'" + hint);
    }

    private Set<String> knownNames() {
        Set<String> names = new LinkedHashSet<>();
        Knobs.all().forEach(knob -> names.add(knob.name()));
        names.addAll(MacroTable.PROCESS_FACTS);
        names.addAll(table.source().host().names());
        return names;
    }

    private static String suggestion(String name, java.util.Collection<String> known) {
        return Spelling.nearest(name, known).map(near -> "; did you mean " + near + "?").orElse("");
    }

    private void keywordApplications() {
        for (String keyword : keywords) {
            found.addAll(KeywordApplications.resolve(config, keyword).problems());
        }
    }

    /** Attributes that are listed need a value, and the value must be an expression. */
    private void attributes() {
        for (Knob knob : Knobs.NAMES_OF_ATTRIBUTES) {
            CondorConfig view = config.forSubsystem(knob.subsystem(), config.view().localName());
            for (String name : config.getList(knob)) {
                Optional<String> text = view.get(name).map(String::strip).filter(t -> !t.isEmpty());
                if (text.isEmpty()) {
                    warning(
                            config.originOf(knob),
                            knob.name() + " names " + name + ", which has no value");
                    continue;
                }
                Expressions.parse(text.get())
                        .ifPresent(
                                wrong ->
                                        error(
                                                view.origin(name).orElse(Origin.DEFAULT),
                                                name + " is not an expression: " + wrong));
            }
        }
    }

    private void togetherness() {
        listensOnLoopback();
        List<String> daemons = config.getList(Knobs.DAEMON_LIST);
        Origin list = config.originOf(Knobs.DAEMON_LIST);
        Roles.unknown(daemons)
                .forEach(
                        name ->
                                warning(
                                        list,
                                        "DAEMON_LIST names " + name + ", which Roost has not"));
        Set<Roles> roles = Roles.of(config);
        if (roles.isEmpty()) {
            error(
                    list,
                    "DAEMON_LIST gives this node nothing to do; name one of STARTD, SCHEDD, COLLECTOR,"
                            + " NEGOTIATOR, CKPT_SERVER");
        }
        if (roles.contains(Roles.EXECUTE) && config.getList(Knobs.VALID_COD_USERS).isEmpty()) {
            warning(
                    config.originOf(Knobs.VALID_COD_USERS),
                    "VALID_COD_USERS is empty: nobody may claim a slot for Computing On Demand");
        }
        if (roles.contains(Roles.EXECUTE)) {
            try {
                SlotPlan.of(config);
            } catch (ConfigException e) {
                found.addAll(e.problems());
            }
        }
        String socket = config.getString(Knobs.ROOST_API_SOCKET).orElse("");
        int bytes = socket.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > SOCKET_PATH_BYTES) {
            error(
                    config.originOf(Knobs.ROOST_API_SOCKET),
                    "ROOST_API_SOCKET is "
                            + bytes
                            + " bytes long, the system allows "
                            + SOCKET_PATH_BYTES
                            + "; choose a shorter LOCAL_DIR, or set RUN to a shorter directory");
        }
    }

    private void listensOnLoopback() {
        String address = config.getString(Knobs.NETWORK_INTERFACE).orElse("");
        if (!isLoopback(address)) {
            error(
                    config.originOf(Knobs.NETWORK_INTERFACE),
                    "NETWORK_INTERFACE is '"
                            + Statement.shorten(address)
                            + "', but a node listens on loopback addresses only (127.0.0.1, 127.0.0.2,"
                            + " ..., ::1, localhost): between machines it could not yet tell its peers"
                            + " from strangers");
        }
    }

    /** Only literal addresses: a name would have to be looked up, which may take seconds. */
    static boolean isLoopback(String address) {
        if (address.equalsIgnoreCase("localhost") || address.equals("lo")) {
            return true;
        }
        boolean literal =
                address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
                        || address.matches("[0-9a-fA-F:]{2,39}");
        try {
            return literal
                    && address.length() > 1
                    && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
