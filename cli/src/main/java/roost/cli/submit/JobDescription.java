// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.config.Knobs;
import roost.config.Spelling;

/**
 * Makes one job's ad from what the description says at a queue statement. The ids, the owner and
 * the times are the node's to add; {@code $(Cluster)} stays in strings for it to replace.
 */
final class JobDescription {
    static final int UNIVERSE_STANDARD = 1;
    static final int UNIVERSE_VANILLA = 5;
    private static final int UNIVERSE_JAVA = 10;
    private static final int STATUS_IDLE = 1;
    private static final int STATUS_HELD = 5;

    /** HoldReasonCode of a job that was submitted on hold. Source: HTCondor manual 8.8. */
    private static final int HELD_AT_SUBMIT = 15;

    private final CommandHost host;
    private final SubmitMacros macros;
    private final SubmitFiles files;
    private final CheckpointWords checkpoints;

    private ClassAd.Builder ad = ClassAd.builder();
    private int queueLine;

    JobDescription(CommandHost host, SubmitMacros macros) {
        this.host = host;
        this.macros = macros;
        this.files = new SubmitFiles(host);
        this.checkpoints = new CheckpointWords(host, macros, this::given);
    }

    /** A command's value with its macros replaced, and the line it is on. */
    record Given(String value, int line) {}

    /**
     * Makes the ad of one job.
     *
     * @param line the queue statement's, for what has no line of its own
     */
    ClassAd ad(int line) throws IOException, SubmitException {
        ad = ClassAd.builder();
        queueLine = line;
        ad.put("MyType", "Job").put("TargetType", "Machine");
        int universe = universe();
        ad.putInt("JobUniverse", universe);
        String iwd = initialDirectory();
        ad.put("Iwd", iwd);
        String executable = executable(universe);
        ad.put("Cmd", executable);
        arguments(universe);
        environment();
        standardFiles(iwd);
        log(iwd);
        status();
        notification();
        for (SubmitWords.Simple simple : SubmitWords.SIMPLE) {
            simple(simple);
        }
        requirements(resources(), universe);
        checkpoints.addTo(ad, universe, executable, line);
        rawAttributes();
        return ad.build();
    }

    /** What the description says of a command; empty if nothing. */
    interface Description {
        Optional<Given> given(String command) throws SubmitException;
    }

    private Optional<Given> given(String command) throws SubmitException {
        for (String spelling : SubmitWords.spellings(command)) {
            Optional<String> own = macros.automaticValue(spelling);
            if (own.isPresent() && !own.get().isBlank()) {
                return Optional.of(new Given(macros.expand(own.get(), queueLine), queueLine));
            }
            Optional<SubmitMacros.Definition> definition = macros.use(spelling);
            if (definition.isPresent()) {
                int line = definition.get().line();
                String value = macros.expand(definition.get().value(), line).strip();
                if (!value.isEmpty()) {
                    return Optional.of(new Given(value, line));
                }
            }
        }
        return Optional.empty();
    }

    private int universe() throws SubmitException {
        Optional<Given> said = given("universe");
        Given given =
                said.isPresent()
                        ? said.get()
                        : new Given(
                                host.config().getString(Knobs.DEFAULT_UNIVERSE).orElse("vanilla"),
                                queueLine);
        String name = given.value().toLowerCase(Locale.ROOT);
        switch (name) {
            case "vanilla", "5" -> {
                return UNIVERSE_VANILLA;
            }
            case "java", "10" -> {
                return UNIVERSE_JAVA;
            }
            case "standard", "1" -> {
                return UNIVERSE_STANDARD;
            }
            case "scheduler",
                    "local",
                    "parallel",
                    "grid",
                    "vm",
                    "docker",
                    "container",
                    "7",
                    "9",
                    "11",
                    "12",
                    "13" ->
                    throw new SubmitException(
                            given.line(),
                            "universe '"
                                    + name
                                    + "' is not supported; use vanilla, standard or java");
            default ->
                    throw new SubmitException(
                            given.line(), "I don't know about the '" + name + "' universe.");
        }
    }

    private String initialDirectory() throws IOException, SubmitException {
        Optional<Given> given = given("initialdir");
        String here = host.workingDirectory().toString();
        if (given.isEmpty()) {
            if (here.isEmpty()) {
                throw new SubmitException(
                        queueLine, "the working directory is gone; name another by 'initialdir'");
            }
            return here;
        }
        String path = SubmitFiles.resolve(here, given.get().value());
        files.mustBeDirectory(path, given.get().line());
        return path;
    }

    private String noExecutable() {
        List<String> unused = macros.unused().stream().map(SubmitMacros.Definition::name).toList();
        return "No 'executable' parameter was provided"
                + Spelling.nearest("executable", unused)
                        .map(name -> "; is '" + name + "' meant to be it?")
                        .orElse("");
    }

    /** Relative to where the user is, not to the job's directory. */
    private String executable(int universe) throws IOException, SubmitException {
        Given given =
                given("executable")
                        .orElseThrow(() -> new SubmitException(queueLine, noExecutable()));
        String path = SubmitFiles.resolve(host.workingDirectory().toString(), given.value());
        files.mustBeExecutable(path, universe != UNIVERSE_JAVA, given.line());
        return path;
    }

    private void arguments(int universe) throws SubmitException {
        Optional<Given> modern = given("arguments2");
        Optional<Given> given = modern.isPresent() ? modern : given("arguments");
        if (given.isEmpty()) {
            if (universe == UNIVERSE_JAVA) {
                throw new SubmitException(
                        queueLine, "the java universe needs arguments: the main class comes first");
            }
            return;
        }
        String value = given.get().value();
        int line = given.get().line();
        if (JobWords.isNew(value)) {
            ad.put("Arguments", JobWords.unquote("arguments", value, line));
        } else if (modern.isPresent()) {
            ad.put("Arguments", value);
        } else {
            ad.put("Args", JobWords.old("arguments", value, line));
        }
    }

    private void environment() throws SubmitException {
        Map<String, String> variables = new LinkedHashMap<>();
        Optional<Given> getenv = given("getenv");
        if (getenv.isPresent()) {
            variables.putAll(
                    InheritedEnvironment.select(
                            host.environment(), getenv.get().value(), getenv.get().line()));
        }
        Optional<Given> modern = given("environment2");
        Optional<Given> given = modern.isPresent() ? modern : given("environment");
        if (given.isPresent()) {
            String value = given.get().value();
            int line = given.get().line();
            if (JobWords.isNew(value) || modern.isPresent()) {
                String raw =
                        JobWords.isNew(value)
                                ? JobWords.unquote("environment", value, line)
                                : value;
                variables.putAll(JobWords.newEnvironment(raw, line));
            } else {
                variables.putAll(
                        JobWords.oldEnvironment(JobWords.old("environment", value, line), line));
            }
        }
        if (!variables.isEmpty()) {
            ad.put("Environment", JobWords.environment(variables));
        }
    }

    private void standardFiles(String iwd) throws IOException, SubmitException {
        file("input", "In", iwd);
        file("output", "Out", iwd);
        file("error", "Err", iwd);
    }

    private void file(String command, String attribute, String iwd)
            throws IOException, SubmitException {
        Optional<Given> given = given(command);
        String path = given.map(Given::value).orElse(SubmitFiles.NULL);
        if (given.isPresent()) {
            String full = SubmitFiles.resolve(iwd, path);
            if (command.equals("input")) {
                files.mustBeReadable(full, given.get().line());
            } else {
                files.mustHaveDirectory(full, given.get().line());
            }
        }
        ad.put(attribute, path);
    }

    private void log(String iwd) throws IOException, SubmitException {
        Optional<Given> given = given("log");
        if (given.isPresent()) {
            String path = SubmitFiles.resolve(iwd, given.get().value());
            files.mustHaveDirectory(path, given.get().line());
            ad.put("UserLog", path);
        }
        Optional<Given> xml = given("log_xml");
        if (xml.isPresent()) {
            ad.putBool("UserLogUseXML", truth(xml.get()));
        }
    }

    private void status() throws SubmitException {
        Optional<Given> hold = given("hold");
        if (hold.isPresent() && truth(hold.get())) {
            ad.putInt("JobStatus", STATUS_HELD);
            ad.put("HoldReason", "submitted on hold at user's request");
            ad.putInt("HoldReasonCode", HELD_AT_SUBMIT);
        } else {
            ad.putInt("JobStatus", STATUS_IDLE);
        }
    }

    private void notification() throws SubmitException {
        Optional<Given> given = given("notification");
        int number = 0;
        if (given.isPresent()) {
            List<String> kinds = List.of("never", "always", "complete", "error");
            number = kinds.indexOf(given.get().value().toLowerCase(Locale.ROOT));
            if (number < 0) {
                throw new SubmitException(
                        given.get().line(),
                        "Notification must be 'Never', 'Always', 'Complete', or 'Error'");
            }
        }
        ad.putInt("JobNotification", number);
    }

    private void simple(SubmitWords.Simple simple) throws SubmitException {
        Optional<Given> given = given(simple.name());
        if (given.isEmpty()) {
            if (!simple.otherwise().isEmpty()) {
                ad.putExpr(simple.attribute(), simple.otherwise());
            }
            return;
        }
        String value = given.get().value();
        switch (simple.kind()) {
            case TEXT -> ad.put(simple.attribute(), unquoted(value));
            case EXPRESSION -> expression(simple.attribute(), value, given.get().line());
            case BOOLEAN -> ad.putBool(simple.attribute(), truth(given.get()));
            case SIGNAL -> signal(simple.attribute(), value, given.get().line());
        }
    }

    /** A batch name may be written with or without quotes. */
    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private void signal(String attribute, String value, int line) throws SubmitException {
        String name = value.toUpperCase(Locale.ROOT);
        if (value.matches("\\d{1,2}")) {
            ad.putInt(attribute, Integer.parseInt(value));
        } else if (name.matches("[A-Z][A-Z0-9]{1,15}")) {
            ad.put(attribute, name.startsWith("SIG") ? name : "SIG" + name);
        } else {
            throw new SubmitException(line, "'" + value + "' is no signal");
        }
    }

    static boolean truth(Given given) throws SubmitException {
        switch (given.value().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> {
                return true;
            }
            case "false", "f", "no", "n", "0" -> {
                return false;
            }
            default ->
                    throw new SubmitException(
                            given.line(), "'" + given.value() + "' is neither true nor false");
        }
    }

    /**
     * Inserts an expression. {@code $(Cluster)} becomes a reference to the job's own ClusterId,
     * because an expression with the macro in it cannot be read.
     */
    private void expression(String attribute, String text, int line) throws SubmitException {
        String readable = ClusterMacro.asReference(text);
        try {
            ad.putExpr(attribute, readable);
        } catch (ClassAdException e) {
            throw new SubmitException(
                    line,
                    "Parse error in expression: \n\t"
                            + attribute
                            + " = "
                            + text
                            + "\n\texpected "
                            + e.expected()
                            + ", found "
                            + e.found());
        } catch (IllegalArgumentException e) {
            throw new SubmitException(line, e.getMessage());
        }
    }

    /** Sets {@code RequestX} for every request_x; returns what the machine must then have. */
    private Map<String, String> resources() throws SubmitException {
        Map<String, String> needed = new LinkedHashMap<>();
        ad.putInt("RequestCpus", 1);
        for (SubmitMacros.Definition definition : macros.startingWith("request_")) {
            String tag = definition.name().substring("request_".length());
            Optional<Given> given = given(definition.name());
            if (given.isEmpty() || !tag.matches("[A-Za-z_]\\w*")) {
                continue;
            }
            String resource = resourceName(tag);
            String attribute = "Request" + resource;
            expression(attribute, amount(resource, given.get()), given.get().line());
            needed.put(resource, "(TARGET." + resource + " >= " + attribute + ")");
        }
        return needed;
    }

    private static String resourceName(String tag) {
        return switch (tag.toLowerCase(Locale.ROOT)) {
            case "cpus" -> "Cpus";
            case "memory" -> "Memory";
            case "disk" -> "Disk";
            case "gpus" -> "GPUs";
            default -> tag;
        };
    }

    /** Memory is in MiB and disk in KiB; a suffix of K, M, G or T (B may follow) names the unit. */
    private static String amount(String resource, Given given) {
        boolean memory = resource.equals("Memory");
        if (!memory && !resource.equals("Disk")) {
            return given.value();
        }
        var matcher =
                java.util.regex.Pattern.compile("(?i)(\\d{1,12}(?:\\.\\d{1,6})?)\\s*([KMGT])B?")
                        .matcher(given.value());
        if (!matcher.matches()) {
            return given.value();
        }
        int power = "KMGT".indexOf(Character.toUpperCase(matcher.group(2).charAt(0))) + 1;
        double units =
                Double.parseDouble(matcher.group(1)) * Math.pow(1024, power - (memory ? 2 : 1));
        return Long.toString((long) Math.ceil(units));
    }

    /**
     * The user's expression and what the requested resources need. Unlike HTCondor, no clause about
     * Arch and OpSys is added: a pool here is of one kind of machine, and a clause that nobody
     * wrote is a reason not to run that nobody expects.
     */
    private void requirements(Map<String, String> resources, int universe) throws SubmitException {
        Optional<Given> given = given("requirements");
        String users = given.map(Given::value).orElse("");
        StringBuilder text = new StringBuilder(users.isEmpty() ? "" : "(" + users + ")");
        if (!users.isEmpty()) {
            expression("Requirements", users, given.get().line());
        }
        if (universe == UNIVERSE_JAVA) {
            append(text, "(TARGET.HasJava)");
        }
        String lower = users.toLowerCase(Locale.ROOT);
        resources.forEach(
                (resource, clause) -> {
                    if (!lower.matches("(?s).*\\b" + resource.toLowerCase(Locale.ROOT) + "\\b.*")) {
                        append(text, clause);
                    }
                });
        expression(
                "Requirements",
                text.length() == 0 ? "true" : text.toString(),
                given.map(Given::line).orElse(queueLine));
    }

    private static void append(StringBuilder text, String clause) {
        text.append(text.length() == 0 ? "" : " && ").append(clause);
    }

    /** {@code +Name = expression} and {@code My.Name = expression}, kept under "my.". */
    private void rawAttributes() throws SubmitException {
        for (SubmitMacros.Definition raw : macros.startingWith("my.")) {
            macros.use(raw.name());
            String name = raw.name().substring("my.".length());
            String value = macros.expand(raw.value(), raw.line()).strip();
            if (!name.matches("[A-Za-z_]\\w*")) {
                throw new SubmitException(raw.line(), "'" + name + "' is no name of an attribute");
            }
            expression(name, value.isEmpty() ? "undefined" : value, raw.line());
        }
    }
}
