// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Facts about this machine that the configuration refers to as macros. Each is found out when it is
 * first asked for and then kept, because a command must not pay for facts it does not use; and none
 * asks the domain name system, because that may take seconds.
 */
public final class HostFacts {
    private static final HostFacts DETECTED = new HostFacts(Map.of());

    private static final List<String> NAMES =
            List.of(
                    "ARCH",
                    "CONDOR_HOME",
                    "DETECTED_CORES",
                    "DETECTED_CPUS",
                    "DETECTED_MEMORY",
                    "DETECTED_PHYSICAL_CPUS",
                    "FULL_HOSTNAME",
                    "HOSTNAME",
                    "IPV4_ADDRESS",
                    "IP_ADDRESS",
                    "OPSYS",
                    "OPSYS_AND_VER",
                    "OPSYS_VER",
                    "UNAME_ARCH",
                    "UNAME_OPSYS");

    /** What is known already; where facts were given, all there is. */
    private final Map<String, String> known = new ConcurrentHashMap<>();

    private final boolean given;

    private HostFacts(Map<String, String> facts) {
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            known.put(fact.getKey().toUpperCase(Locale.ROOT), fact.getValue());
        }
        given = !facts.isEmpty();
    }

    /** This machine's facts. */
    public static HostFacts detected() {
        return DETECTED;
    }

    /** Facts as given, at least one: for tests, and for asking what another machine would do. */
    public static HostFacts of(Map<String, String> facts) {
        if (facts.isEmpty()) {
            throw new IllegalArgumentException("no facts");
        }
        return new HostFacts(facts);
    }

    /** All names there are facts for, in upper case, sorted. */
    public List<String> names() {
        return given ? known.keySet().stream().sorted().toList() : NAMES;
    }

    /** The fact, or nothing if there is no such fact or it could not be found out. */
    public Optional<String> get(String name) {
        String key = name.toUpperCase(Locale.ROOT);
        String value = known.get(key);
        if (value == null && !given && NAMES.contains(key)) {
            value = detect(key);
            known.put(key, value);
        }
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static String detect(String name) {
        return switch (name) {
            case "FULL_HOSTNAME" -> fullHostName();
            case "HOSTNAME" -> hostName().split("\\.", 2)[0];
            case "IP_ADDRESS", "IPV4_ADDRESS" -> address();
            case "DETECTED_CPUS", "DETECTED_CORES" -> cpus();
            case "DETECTED_PHYSICAL_CPUS" -> physicalCpus();
            case "DETECTED_MEMORY" -> memoryMib();
            case "ARCH" -> condorArch(System.getProperty("os.arch", ""));
            case "OPSYS" -> System.getProperty("os.name", "").toUpperCase(Locale.ROOT);
            case "UNAME_ARCH" -> unameArch(System.getProperty("os.arch", ""));
            case "UNAME_OPSYS" -> System.getProperty("os.name", "");
            case "OPSYS_VER" -> osRelease("VERSION_ID").split("\\.", 2)[0];
            case "OPSYS_AND_VER" -> systemAndVersion();
            case "CONDOR_HOME" -> accountHome("condor");
            default -> "";
        };
    }

    private static String hostName() {
        String fromKernel = firstLine(Path.of("/proc/sys/kernel/hostname"));
        if (!fromKernel.isEmpty()) {
            return fromKernel;
        }
        String fromShell = System.getenv("HOSTNAME");
        return fromShell == null || fromShell.isEmpty() ? "localhost" : fromShell;
    }

    /** The kernel's name if it has a domain, else the longer name that /etc/hosts gives it. */
    private static String fullHostName() {
        String host = hostName();
        if (host.contains(".")) {
            return host;
        }
        for (String line : lines(Path.of("/etc/hosts"))) {
            String[] words = line.split("#", 2)[0].trim().split("\\s+");
            boolean names =
                    List.of(words).subList(Math.min(1, words.length), words.length).contains(host);
            if (names) {
                for (int i = 1; i < words.length; i++) {
                    if (words[i].startsWith(host + ".")) {
                        return words[i];
                    }
                }
            }
        }
        return host;
    }

    /** The first address that other machines could use; the loopback address if there is none. */
    private static String address() {
        try {
            for (NetworkInterface network :
                    Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!network.isUp() || network.isLoopback()) {
                    continue;
                }
                for (InetAddress address : Collections.list(network.getInetAddresses())) {
                    if (address.getAddress().length == 4 && !address.isLinkLocalAddress()) {
                        return address.getHostAddress();
                    }
                }
            }
        } catch (SocketException e) {
            return "127.0.0.1";
        }
        return "127.0.0.1";
    }

    private static String cpus() {
        return Integer.toString(Runtime.getRuntime().availableProcessors());
    }

    /** Distinct pairs of socket and core, at most as many as this process may use. */
    private static String physicalCpus() {
        Set<String> cores = new HashSet<>();
        String socket = "";
        for (String line : lines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("physical id")) {
                socket = line.substring(line.indexOf(':') + 1);
            } else if (line.startsWith("core id")) {
                cores.add(socket + "/" + line.substring(line.indexOf(':') + 1));
            }
        }
        int usable = Runtime.getRuntime().availableProcessors();
        return Integer.toString(cores.isEmpty() ? usable : Math.min(cores.size(), usable));
    }

    private static String memoryMib() {
        for (String line : lines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                String kib = line.replaceAll("[^0-9]", "");
                return kib.isEmpty() ? "" : Long.toString(Long.parseLong(kib) / 1024);
            }
        }
        return "";
    }

    private static String condorArch(String arch) {
        return switch (arch) {
            case "amd64", "x86_64" -> "X86_64";
            case "i386", "i486", "i586", "i686", "x86" -> "INTEL";
            default -> arch;
        };
    }

    private static String unameArch(String arch) {
        return "amd64".equals(arch) ? "x86_64" : arch;
    }

    private static String systemAndVersion() {
        String name = osRelease("NAME").split("\\s+", 2)[0];
        String version = osRelease("VERSION_ID").split("\\.", 2)[0];
        return name.isEmpty() ? System.getProperty("os.name", "") : name + version;
    }

    private static String osRelease(String key) {
        for (String line : lines(Path.of("/etc/os-release"))) {
            if (line.startsWith(key + "=")) {
                return line.substring(key.length() + 1).replace("\"", "");
            }
        }
        return "";
    }

    private static String accountHome(String account) {
        for (String line : lines(Path.of("/etc/passwd"))) {
            String[] fields = line.split(":", -1);
            if (fields.length >= 6 && fields[0].equals(account)) {
                return fields[5];
            }
        }
        return "";
    }

    private static String firstLine(Path file) {
        List<String> all = lines(file);
        return all.isEmpty() ? "" : all.get(0).trim();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
