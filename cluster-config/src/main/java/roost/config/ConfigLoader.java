// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import roost.config.Macros.MacroException;

/**
 * Reads all layers of a configuration in their order; the last setting of a name wins.
 *
 * <ol>
 *   <li>the root (see {@link RootSource#find});
 *   <li>the files in the directories of LOCAL_CONFIG_DIR, by name, leaving out editors' back-ups;
 *   <li>the files of LOCAL_CONFIG_FILE;
 *   <li>LOCAL_CONFIG_DIR once more if one of these changed it;
 *   <li>~/.condor/user_config (or USER_CONFIG_FILE) for everybody but root;
 *   <li>{@code _CONDOR_NAME} environment variables.
 * </ol>
 *
 * <p>Reading goes on after an error, so that all are reported at once.
 *
 * <p>Source: HTCondor manual 8.8 "Ordered Evaluation to Set the Configuration".
 */
final class ConfigLoader {
    /** Variables that HTCondor sets for jobs; they only look like settings. */
    private static final Set<String> JOB_VARIABLES =
            Set.of(
                    "ANCESTOR",
                    "ASSIGNED_GPUS",
                    "BIN",
                    "CHIRP_CONFIG",
                    "CREDS",
                    "INHERIT",
                    "JOB_AD",
                    "JOB_IWD",
                    "JOB_PIDS",
                    "MACHINE_AD",
                    "PRIVATE_INHERIT",
                    "SCRATCH_DIR",
                    "SLOT",
                    "WRAPPER_ERROR_FILE");

    /** What stands for a file name where the built-in configuration is read. */
    private static final String PERSONAL = "<Personal>";

    private final ConfigSource source;
    private final MacroTable table;
    private final MacroTable.View view;
    private final RootSource root;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Map<Path, ConfigFiles.Facts> looked = new LinkedHashMap<>();
    private final List<String> readFiles = new ArrayList<>();
    private long bytes;
    private long work;

    private ConfigLoader(ConfigSource source) {
        this.source = source;
        this.root = RootSource.find(source, looked);
        this.table = new MacroTable(source, rootDirectory());
        this.view = new MacroTable.View(source.subsystem(), source.localName());
    }

    private String rootDirectory() {
        return root instanceof RootSource.File file && file.path().getParent() != null
                ? file.path().getParent().toString()
                : "";
    }

    /** Reads everything there is. Never throws: what is wrong is in the result's problems. */
    static CondorConfig load(ConfigSource source) {
        ConfigLoader loader = new ConfigLoader(source);
        try {
            loader.readAll();
        } catch (TooMuch e) {
            loader.problems.add(ConfigProblem.error(e.origin, e.getMessage()));
        }
        return new CondorConfig(
                loader.table, loader.view, loader.readFiles, loader.looked, loader.problems);
    }

    /** A limit of the whole load was passed; nothing more is read. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Origin origin;

        TooMuch(Origin origin, String message) {
            super(message, null, false, false);
            this.origin = origin;
        }
    }

    private void readAll() {
        if (readRoot()) {
            readLocalFiles();
            readUserFile();
        }
        readEnvironment();
    }

    /** Whether there is a root, so that the files that may belong to it are read too. */
    private boolean readRoot() {
        if (root instanceof RootSource.File file) {
            return readFile(file.path(), Origin.ENVIRONMENT, false, 0);
        }
        if (root instanceof RootSource.Command command) {
            runCommand(command.command(), Origin.ENVIRONMENT, "", false, 0);
            return true;
        }
        if (root instanceof RootSource.Personal) {
            readFiles.add(PERSONAL);
            readText(Templates.personalConfiguration(), new Place(PERSONAL, null, 0, null));
            return true;
        }
        if (root instanceof RootSource.Unusable unusable) {
            String text = Statement.shorten(unusable.text());
            problem(Origin.ENVIRONMENT, "CONDOR_CONFIG is '" + text + "', not a file name");
        }
        return false;
    }

    private void readLocalFiles() {
        String directories = valueOf("LOCAL_CONFIG_DIR");
        readDirectories(directories);
        boolean required = !valueOf("REQUIRE_LOCAL_CONFIG_FILE").equalsIgnoreCase("false");
        String files = valueOf("LOCAL_CONFIG_FILE");
        Origin asked = originOf("LOCAL_CONFIG_FILE");
        if (files.strip().endsWith("|")) {
            runCommand(files.strip().substring(0, files.strip().length() - 1), asked, "", false, 0);
        } else {
            for (String file : ConfigList.split(files)) {
                path(file, asked).ifPresent(p -> readFile(p, asked, !required, 0));
            }
        }
        String changed = valueOf("LOCAL_CONFIG_DIR");
        if (!changed.equals(directories)) {
            readDirectories(changed);
        }
    }

    private void readDirectories(String directories) {
        Origin asked = originOf("LOCAL_CONFIG_DIR");
        for (String directory : ConfigList.split(directories)) {
            path(directory, asked).ifPresent(p -> readDirectory(p, asked));
        }
    }

    private void readDirectory(Path directory, Origin asked) {
        look(directory, asked);
        BoundedPattern exclude;
        try {
            exclude = new BoundedPattern(valueOf("LOCAL_CONFIG_DIR_EXCLUDE_REGEXP"), 0);
        } catch (PatternSyntaxException e) {
            problem(
                    originOf("LOCAL_CONFIG_DIR_EXCLUDE_REGEXP"),
                    "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP is not a regular expression: "
                            + e.getDescription());
            return;
        }
        try {
            List<String> names = source.files().list(directory, ConfigLimits.DIRECTORY_ENTRIES);
            for (String name : new TreeSet<>(names)) {
                if (!exclude.isFoundIn(name)) {
                    readFile(directory.resolve(name), asked, false, 0);
                }
            }
        } catch (IOException e) {
            problem(asked, "cannot read directory " + directory + ": " + reason(e));
        }
    }

    private void readUserFile() {
        if (source.userName().equals("root")) {
            return;
        }
        String named = valueOf("USER_CONFIG_FILE");
        String file = named.isEmpty() ? "user_config" : named;
        Origin asked = originOf("USER_CONFIG_FILE");
        path(source.home().resolve(".condor"), file, asked)
                .ifPresent(path -> readFile(path, asked, true, 0));
    }

    private void readEnvironment() {
        source.environment()
                .forEach(
                        (variable, value) -> {
                            boolean ours =
                                    variable.regionMatches(true, 0, "_CONDOR_", 0, 8)
                                            && variable.length() > 8;
                            String name = ours ? variable.substring(8) : "";
                            if (ours
                                    && MacroReference.isName(name)
                                    && !JOB_VARIABLES.contains(name.toUpperCase(Locale.ROOT))) {
                                charge(value.length(), Origin.ENVIRONMENT);
                                set(name, value.strip(), Origin.ENVIRONMENT);
                            }
                        });
    }

    /**
     * A file or template that is being read.
     *
     * @param directory what relative file names in it are relative to; null for the working
     *     directory
     * @param depth how many files are open
     * @param inside where the template was used; null outside templates
     */
    private record Place(String name, Path directory, int depth, TemplatePlace inside) {
        Origin at(int line) {
            return inside == null
                    ? Origin.file(name, line)
                    : inside.origin().inTemplate(inside.template(), line);
        }
    }

    private record TemplatePlace(Origin origin, String template) {}

    private boolean readFile(Path file, Origin asked, boolean mayBeMissing, int depth) {
        look(file, asked);
        if (depth > ConfigLimits.NESTED_FILES) {
            problem(asked, "more than " + ConfigLimits.NESTED_FILES + " files include each other");
            return false;
        }
        byte[] content;
        try {
            content = source.files().read(file, ConfigLimits.FILE_BYTES);
        } catch (NoSuchFileException e) {
            if (!mayBeMissing) {
                problem(asked, "cannot read " + file + ": no such file");
            }
            return false;
        } catch (IOException e) {
            problem(asked, "cannot read " + file + ": " + reason(e));
            return false;
        }
        bytes += content.length;
        if (bytes > ConfigLimits.TOTAL_BYTES) {
            throw new TooMuch(
                    asked,
                    "all files together hold more than " + ConfigLimits.TOTAL_BYTES + " bytes");
        }
        readFiles.add(file.toString());
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0) {
            problem(Origin.file(file.toString(), 1), "is not a text file: it contains a zero byte");
            return false;
        }
        readText(text, new Place(file.toString(), file.toAbsolutePath().getParent(), depth, null));
        return true;
    }

    private void readText(String text, Place place) {
        ConfigLines lines = new ConfigLines(text);
        Conditions conditions = new Conditions();
        String line;
        while ((line = lines.next()) != null) {
            Origin origin = place.at(lines.lineNumber());
            charge(line.length(), origin);
            Statement statement = Statement.parse(line);
            if (statement instanceof Statement.MultiLine block) {
                String value = readBlock(lines, block, origin);
                if (conditions.active()) {
                    set(block.name(), value, origin);
                }
            } else if (statement instanceof Statement.Conditional conditional) {
                try {
                    conditions.apply(
                            conditional,
                            lines.lineNumber(),
                            condition -> Conditions.holds(condition, table, view));
                } catch (MacroException e) {
                    problem(origin, e.getMessage());
                }
            } else if (conditions.active()) {
                execute(statement, place, origin);
            }
        }
        if (conditions.unclosedLine() > 0) {
            problem(place.at(conditions.unclosedLine()), "'if' without 'endif'");
        }
    }

    private String readBlock(ConfigLines lines, Statement.MultiLine block, Origin origin) {
        List<String> value = new ArrayList<>();
        String line;
        while ((line = lines.nextPhysical()) != null) {
            charge(line.length(), origin);
            if (line.strip().equals("@" + block.tag())) {
                return String.join("\n", value);
            }
            value.add(line.stripTrailing());
        }
        problem(
                origin,
                "the value of " + block.name() + " has no end: expected '@" + block.tag() + "'");
        return String.join("\n", value);
    }

    private void execute(Statement statement, Place place, Origin origin) {
        if (statement instanceof Statement.Assignment assignment) {
            set(assignment.name(), assignment.value(), origin);
        } else if (statement instanceof Statement.Use use) {
            use(use, place, origin);
        } else if (statement instanceof Statement.Include include) {
            include(include, place, origin);
        } else if (statement instanceof Statement.Message message) {
            String expanded = expand(message.text(), origin);
            String text = expanded.isBlank() ? message.text() : expanded;
            problems.add(
                    message.error()
                            ? ConfigProblem.error(origin, text)
                            : ConfigProblem.warning(origin, text));
        } else if (statement instanceof Statement.Malformed malformed) {
            problem(origin, malformed.message());
        }
    }

    private void set(String name, String value, Origin origin) {
        Macros macros = new Macros(table, view, Macros.ignored(), name);
        try {
            String raw = macros.expandSelf(name, value);
            if (raw.length() > ConfigLimits.VALUE_CHARS) {
                throw new MacroException(
                        name + " is longer than " + ConfigLimits.VALUE_CHARS + " characters");
            }
            if (table.size() >= ConfigLimits.VALUES && table.exactly(name).isEmpty()) {
                throw new TooMuch(origin, "more than " + ConfigLimits.VALUES + " values are set");
            }
            table.put(name, raw, origin);
        } catch (MacroException e) {
            problem(origin, e.getMessage());
        }
        charge(macros.work(), origin);
    }

    private void use(Statement.Use use, Place place, Origin origin) {
        if (place.depth() >= ConfigLimits.NESTED_FILES) {
            problem(origin, "more than " + ConfigLimits.NESTED_FILES + " templates use each other");
            return;
        }
        for (String name : ConfigList.split(expand(use.names(), origin))) {
            Optional<Templates.Template> template = Templates.find(use.category(), name);
            if (template.isEmpty()) {
                problem(origin, unknownTemplate(use.category(), name));
                continue;
            }
            Origin outside = place.inside() == null ? origin : place.inside().origin();
            readText(
                    template.get().text(),
                    new Place(
                            place.name(),
                            place.directory(),
                            place.depth() + 1,
                            new TemplatePlace(outside, template.get().name())));
        }
    }

    private static String unknownTemplate(String category, String name) {
        List<String> known = Templates.names(category);
        if (known.isEmpty()) {
            return "there is no category '"
                    + Statement.shorten(category)
                    + "' of templates; Roost ships "
                    + String.join(", ", Templates.categories());
        }
        return "there is no template '"
                + Statement.shorten(name)
                + "' in "
                + category.toUpperCase(Locale.ROOT)
                + "; Roost ships "
                + String.join(", ", known);
    }

    private void include(Statement.Include include, Place place, Origin origin) {
        String target = expand(include.target(), origin).strip();
        if (include.command()) {
            String cache = expand(include.cache(), origin).strip();
            runCommand(target, origin, cache, include.ifExist(), place.depth());
            return;
        }
        Path base = place.directory() == null ? source.workingDirectory() : place.directory();
        path(base, target, origin)
                .ifPresent(file -> readFile(file, origin, include.ifExist(), place.depth() + 1));
    }

    private void runCommand(
            String command, Origin origin, String cache, boolean mayFail, int depth) {
        Optional<Path> cacheFile = cache.isEmpty() ? Optional.empty() : path(cache, origin);
        if (cacheFile.isPresent() && look(cacheFile.get(), origin).exists()) {
            readFile(cacheFile.get(), origin, false, depth + 1);
            return;
        }
        if (!source.commandsAllowed()) {
            problem(
                    origin,
                    "running a command for configuration is switched off: '"
                            + Statement.shorten(command)
                            + "'; set ROOST_CONFIG_COMMANDS=true in the environment to allow it");
            return;
        }
        try {
            String output = ConfigCommand.run(command, source);
            if (cacheFile.isPresent()) {
                source.files().write(cacheFile.get(), output.getBytes(StandardCharsets.UTF_8));
                look(cacheFile.get(), origin);
            }
            readText(output, new Place("<" + command + ">", null, depth + 1, null));
        } catch (IOException e) {
            if (!mayFail) {
                problem(origin, "command '" + Statement.shorten(command) + "' " + reason(e));
            }
        }
    }

    private String expand(String text, Origin origin) {
        Macros macros = new Macros(table, view, Macros.ignored(), text);
        try {
            return macros.expand(text);
        } catch (MacroException e) {
            problem(origin, e.getMessage());
            return "";
        } finally {
            charge(macros.work(), origin);
        }
    }

    private String valueOf(String name) {
        Macros macros = new Macros(table, view, new HashSet<>(), name);
        try {
            return macros.value(name).orElse("");
        } catch (MacroException e) {
            problem(originOf(name), name + ": " + e.getMessage());
            return "";
        }
    }

    private Origin originOf(String name) {
        return table.find(name, view).map(MacroTable.Entry::origin).orElse(Origin.DEFAULT);
    }

    private Optional<Path> path(String name, Origin asked) {
        return path(source.workingDirectory(), name, asked);
    }

    private Optional<Path> path(Path base, String name, Origin asked) {
        try {
            return Optional.of(base.resolve(name).normalize());
        } catch (InvalidPathException e) {
            problem(asked, "'" + Statement.shorten(name) + "' is not a file name");
            return Optional.empty();
        }
    }

    /**
     * Remembers what a file looks like now, before it is read: a change in between is then seen.
     */
    private ConfigFiles.Facts look(Path path, Origin asked) {
        if (looked.size() >= ConfigLimits.FILES) {
            throw new TooMuch(asked, "more than " + ConfigLimits.FILES + " files are read");
        }
        ConfigFiles.Facts facts = source.files().facts(path);
        looked.put(path, facts);
        return facts;
    }

    private void charge(int characters, Origin origin) {
        work += characters + 1;
        if (work > ConfigLimits.TOTAL_WORK) {
            throw new TooMuch(origin, "reading the configuration takes too much work");
        }
    }

    private void problem(Origin origin, String message) {
        problems.add(ConfigProblem.error(origin, message));
        if (problems.size() >= ConfigLimits.PROBLEMS) {
            throw new TooMuch(origin, "too many errors; the rest is not read");
        }
    }

    private static String reason(IOException e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : text;
    }
}
