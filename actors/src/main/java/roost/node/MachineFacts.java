// SPDX-License-Identifier: Apache-2.0
package roost.node;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import roost.classad.ClassAd;
import roost.config.CondorConfig;

/**
 * Attributes of the machine that are the same in every slot and stay so while the node runs.
 *
 * <p>Source of names: HTCondor manual 8.0, appendix A "Machine ClassAd Attributes".
 */
final class MachineFacts {
    private static final long JAVA_ANSWER_SECONDS = 5;

    private MachineFacts() {}

    static ClassAd ad(Config config, CondorConfig condor, String javaCommand) {
        ClassAd.Builder ad = ClassAd.builder();
        ad.put("Arch", condor.get("ARCH").orElse("UNKNOWN"));
        ad.put("OpSys", condor.get("OPSYS").orElse("LINUX"));
        ad.put("OpSysAndVer", condor.get("OPSYS_AND_VER").orElse("LINUX"));
        condor.get("OPSYS_VER")
                .filter(text -> text.matches("[0-9]{1,9}"))
                .ifPresent(text -> ad.putInt("OpSysMajorVer", Long.parseLong(text)));
        ad.put("OpSysName", condor.get("OPSYS_AND_VER").orElse("").replaceAll("[0-9]+$", ""));
        ad.put("KernelVersion", System.getProperty("os.version", ""));
        ad.putInt("DetectedCpus", Runtime.getRuntime().availableProcessors());
        ad.putInt("DetectedMemory", detectedMemory(condor));
        ad.put("FileSystemDomain", config.getString("node.filesystem-domain"));
        ad.put("UidDomain", config.getString("node.uid-domain"));
        ad.put("CondorVersion", "$CondorVersion: " + NodeParts.VERSION + " Roost $");
        ad.put(
                "CondorPlatform",
                "$CondorPlatform: "
                        + condor.get("ARCH").orElse("")
                        + "_"
                        + condor.get("OPSYS_AND_VER").orElse("")
                        + " $");
        ad.putBool("HasJICLocalStdin", true);
        ad.putBool("HasJICLocalConfig", true);
        ad.putBool("HasReconnect", true);
        ad.putInt("DaemonStartTime", System.currentTimeMillis() / 1000);
        if (!javaCommand.isEmpty()) {
            ad.putBool("HasJava", true);
            ad.put("JavaVersion", javaVersion(javaCommand));
        }
        ad.put(
                "StarterAbilityList",
                "HasJICLocalStdin,HasJICLocalConfig,HasReconnect"
                        + (javaCommand.isEmpty() ? "" : ",HasJava"));
        return ad.build();
    }

    private static long detectedMemory(CondorConfig condor) {
        return condor.get("DETECTED_MEMORY")
                .filter(text -> text.matches("[0-9]{1,12}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    /** A program's absolute path: as given, or found in PATH; empty if there is none. */
    static String onPath(String program) {
        if (program.isEmpty() || program.startsWith("/")) {
            return program.isEmpty() || Files.isExecutable(Path.of(program)) ? program : "";
        }
        for (String directory : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            if (directory.startsWith("/")) {
                Path candidate = Path.of(directory, program);
                if (Files.isExecutable(candidate)) {
                    return candidate.toString();
                }
            }
        }
        Path own = Path.of(System.getProperty("java.home"), "bin", program);
        return program.equals("java") && Files.isExecutable(own) ? own.toString() : "";
    }

    /** Known without asking when it is this very Java, which it nearly always is. */
    private static String javaVersion(String command) {
        try {
            Path home = Path.of(command).toRealPath().getParent().getParent();
            if (home.equals(Path.of(System.getProperty("java.home")).toRealPath())) {
                return System.getProperty("java.version");
            }
            Path release = home.resolve("release");
            if (Files.isReadable(release)) {
                for (String line : Files.readAllLines(release, StandardCharsets.UTF_8)) {
                    if (line.startsWith("JAVA_VERSION=")) {
                        return line.substring("JAVA_VERSION=".length()).replace("\"", "");
                    }
                }
            }
            return ask(command);
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String ask(String command) throws IOException {
        Process java = new ProcessBuilder(command, "-version").redirectErrorStream(true).start();
        java.getOutputStream().close();
        try {
            if (!java.waitFor(JAVA_ANSWER_SECONDS, TimeUnit.SECONDS)) {
                java.destroyForcibly();
                return "unknown";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String[] quoted = said.split("\"", 3);
        return quoted.length == 3 ? quoted[1] : "unknown";
    }
}
