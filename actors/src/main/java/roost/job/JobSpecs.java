// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import roost.classad.ClassAd;
import roost.classad.Value;
import roost.posix.Signals;
import roost.starter.LaunchSpec;

/**
 * Works out from an application's attributes what to run. Pure. COD jobs and batch jobs have the
 * same attributes and the same rules.
 *
 * <p>Source: HTCondor manual 8.0 §4.3.4.1; htcondor os_proc.cpp, java_proc.cpp, user_proc.cpp.
 */
public final class JobSpecs {
    /** What a vanilla program finds as its own name, unless a wrapper is configured. */
    static final String ARGV0 = "condor_exec.exe";

    /** JobUniverse of jobs that are checkpointed. */
    public static final int STANDARD = 1;

    private static final int VANILLA = 5;
    private static final int JAVA = 10;
    private static final int LOCAL = 12;
    private static final String NULL_FILE = "/dev/null";

    /**
     * What the node adds.
     *
     * @param javaCommand path of the Java launcher; empty where there is none
     * @param javaArguments put before all others of the launcher
     * @param wrapper USER_JOB_WRAPPER, if one is configured
     */
    public record Settings(
            String javaCommand, List<String> javaArguments, Optional<String> wrapper) {}

    private final Settings settings;

    public JobSpecs(Settings settings) {
        this.settings = settings;
    }

    /**
     * What to run.
     *
     * @param label names the job in logs
     * @param slot the slot's name in the job's environment, {@code slot1}
     * @throws JobFailure if the ad does not say what to run, or says it wrongly
     */
    public JobSpec of(ClassAd ad, String label, String slot) throws JobFailure {
        long universe = ad.getInteger("JobUniverse").orElse(VANILLA);
        if (universe != VANILLA && universe != JAVA && universe != LOCAL && universe != STANDARD) {
            throw new JobFailure(
                    "JobUniverse "
                            + universe
                            + " is not supported here; standard (1), vanilla (5), local (12) and java"
                            + " (10) are");
        }
        String iwd = ad.getString("Iwd").filter(s -> !s.isEmpty()).orElse(null);
        if (iwd != null && !iwd.startsWith("/")) {
            throw new JobFailure("Iwd '" + iwd + "' is not an absolute path");
        }
        String cmd = ad.getString("Cmd").filter(s -> !s.isEmpty()).orElse(null);
        if (cmd == null) {
            throw new JobFailure("the job ad has no Cmd, so there is nothing to run");
        }
        String executable = absolute(cmd, iwd, "Cmd");
        List<String> words = arguments(ad);
        List<String> argv = new ArrayList<>();
        if (universe == JAVA) {
            argv.addAll(javaCommand(ad, executable, iwd));
            argv.addAll(words);
            executable = argv.get(0);
        } else {
            argv.add(ARGV0);
            argv.addAll(words);
        }
        // The library's arguments come right after the program's name, so no wrapper may be there.
        if (settings.wrapper().isPresent() && universe != STANDARD) {
            argv.set(0, executable);
            argv.add(0, settings.wrapper().get());
            executable = settings.wrapper().get();
        }
        return new JobSpec(
                label,
                number(ad, "ClusterId", 1),
                number(ad, "ProcId", 0),
                slot,
                ad.getString("Owner").filter(s -> !s.isEmpty()),
                executable,
                List.copyOf(argv),
                environment(ad, iwd),
                Optional.ofNullable(iwd),
                file(ad, "In", iwd),
                file(ad, "Out", iwd),
                file(ad, "Err", iwd),
                killSignal(ad),
                userLog(ad, iwd),
                ad,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The limits that a job asks for, in bytes; a negative number is no limit.
     *
     * <p>Source: HTCondor manual 8.0, condor_submit, coresize and stack_size.
     */
    static Map<LaunchSpec.Resource, LaunchSpec.Limit> limits(ClassAd ad) {
        Map<LaunchSpec.Resource, LaunchSpec.Limit> limits =
                new EnumMap<>(LaunchSpec.Resource.class);
        ad.getInteger("CoreSize")
                .ifPresent(size -> limits.put(LaunchSpec.Resource.CORE_BYTES, limit(size)));
        ad.getInteger("StackSize")
                .ifPresent(size -> limits.put(LaunchSpec.Resource.STACK_BYTES, limit(size)));
        return limits;
    }

    private static LaunchSpec.Limit limit(long bytes) {
        return LaunchSpec.Limit.of(bytes < 0 ? LaunchSpec.Limit.INFINITE : bytes);
    }

    private static int number(ClassAd ad, String name, int otherwise) throws JobFailure {
        long number = ad.getInteger(name).orElse(otherwise);
        if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
            throw new JobFailure(name + " " + number + " is out of range");
        }
        return (int) number;
    }

    private static List<String> arguments(ClassAd ad) throws JobFailure {
        Optional<String> v2 = ad.getString("Arguments");
        return v2.isPresent()
                ? CommandWords.argumentsV2(v2.get())
                : CommandWords.argumentsV1(ad.getString("Args").orElse(""));
    }

    /** A credential that was given to the job wins over what the job says of one itself. */
    private static Map<String, String> environment(ClassAd ad, String iwd) throws JobFailure {
        Optional<String> v2 = ad.getString("Environment");
        Map<String, String> variables =
                v2.isPresent()
                        ? CommandWords.environmentV2(v2.get())
                        : CommandWords.environmentV1(ad.getString("Env").orElse(""));
        Map<String, String> all = new LinkedHashMap<>(variables);
        Optional<String> proxy = ad.getString("x509userproxy").filter(s -> !s.isEmpty());
        if (proxy.isPresent()) {
            all.put("X509_USER_PROXY", absolute(proxy.get(), iwd, "x509userproxy"));
        }
        return all;
    }

    /** The launcher, and the class path: the program's place, its working directory, its jars. */
    private List<String> javaCommand(ClassAd ad, String program, String iwd) throws JobFailure {
        if (settings.javaCommand().isEmpty()) {
            throw new JobFailure("this node has no Java: JAVA is not set, or names nothing");
        }
        List<String> classPath = new ArrayList<>();
        classPath.add(
                program.endsWith(".jar")
                        ? program
                        : program.substring(0, Math.max(1, program.lastIndexOf('/'))));
        if (iwd != null) {
            classPath.add(iwd);
        }
        for (String jar : ad.getString("JarFiles").orElse("").split("[,\\s]+")) {
            if (!jar.isEmpty()) {
                classPath.add(absolute(jar, iwd, "JarFiles"));
            }
        }
        List<String> command = new ArrayList<>();
        command.add(settings.javaCommand());
        command.addAll(settings.javaArguments());
        command.add("-classpath");
        command.add(String.join(":", classPath));
        return command;
    }

    private static String file(ClassAd ad, String name, String iwd) throws JobFailure {
        String path = ad.getString(name).orElse("");
        return path.isEmpty() || path.equals(NULL_FILE) ? NULL_FILE : absolute(path, iwd, name);
    }

    private static String absolute(String path, String iwd, String attribute) throws JobFailure {
        if (path.startsWith("/")) {
            return path;
        }
        if (iwd == null) {
            throw new JobFailure(
                    attribute
                            + " '"
                            + path
                            + "' is relative, and there is no Iwd that it could be relative to");
        }
        return iwd + "/" + path;
    }

    /** RemoveKillSig wins over KillSig, as in HTCondor; a signal that nobody knows is SIGTERM. */
    private static int killSignal(ClassAd ad) {
        for (String attribute : List.of("RemoveKillSig", "KillSig")) {
            Value value = ad.evaluate(attribute);
            if (value instanceof Value.Str name) {
                return Signals.parse(name.value()).orElse(Signals.TERM);
            }
            OptionalLong number = ad.getInteger(attribute);
            if (number.isPresent()) {
                return Signals.parse(Long.toString(number.getAsLong())).orElse(Signals.TERM);
            }
        }
        return Signals.TERM;
    }

    private static Optional<JobSpec.UserLog> userLog(ClassAd ad, String iwd) throws JobFailure {
        Optional<String> path = ad.getString("StarterUserLog").filter(s -> !s.isEmpty());
        if (path.isEmpty()) {
            return Optional.empty();
        }
        boolean xml = ad.getBoolean("StarterUserLogUseXML").orElse(false);
        return Optional.of(new JobSpec.UserLog(absolute(path.get(), iwd, "StarterUserLog"), xml));
    }
}
