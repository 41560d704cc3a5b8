// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The facts of a machine that a restart depends on. Those of an image come from its tables, those
 * of this machine from {@code /proc}. The restorer looks again, at the CPU itself; what is here is
 * for choosing a machine beforehand.
 *
 * @param host name of the machine
 * @param kernel release, as {@code uname -r} prints it. Images move to newer kernels; what a
 *     program and its libraries have found in one they would miss in an older
 * @param machine ELF machine number; 62 is x86-64
 * @param cpu model name
 * @param cpuFeatures CPUID leaf 1: ECX in the upper half, EDX in the lower
 * @param vectorState XCR0: the register sets that the operating system saves
 */
public record HostFacts(
        String host, String kernel, int machine, String cpu, long cpuFeatures, long vectorState) {

    private static final Pattern KERNEL_SERIES = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})");
    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    /** Features that are instructions a program may have chosen to use, by their CPUID bit. */
    private static final Map<String, Integer> INSTRUCTIONS =
            Map.ofEntries(
                    Map.entry("cx8", 8),
                    Map.entry("cmov", 15),
                    Map.entry("clflush", 19),
                    Map.entry("mmx", 23),
                    Map.entry("fxsr", 24),
                    Map.entry("sse", 25),
                    Map.entry("sse2", 26),
                    Map.entry("pni", 32),
                    Map.entry("pclmulqdq", 33),
                    Map.entry("ssse3", 41),
                    Map.entry("fma", 44),
                    Map.entry("cx16", 45),
                    Map.entry("sse4_1", 51),
                    Map.entry("sse4_2", 52),
                    Map.entry("movbe", 54),
                    Map.entry("popcnt", 55),
                    Map.entry("aes", 57),
                    Map.entry("xsave", 58),
                    Map.entry("avx", 60),
                    Map.entry("f16c", 61),
                    Map.entry("rdrand", 62));

    /** XCR0 bits by the feature that makes Linux turn them on. */
    private static final Map<String, Long> VECTOR_STATE =
            Map.of("fpu", 0x1L, "sse", 0x2L, "avx", 0x4L, "avx512f", 0xe0L, "pku", 0x200L);

    private static final long VECTOR_STATE_KNOWN = 0x2e7L;

    /** This machine, now. */
    public static HostFacts current() throws IOException {
        Map<String, String> first = firstProcessor();
        Set<String> flags = Set.copyOf(Arrays.asList(first.getOrDefault("flags", "").split(" ")));
        long features = 0;
        for (Map.Entry<String, Integer> e : INSTRUCTIONS.entrySet()) {
            features |= flags.contains(e.getKey()) ? 1L << e.getValue() : 0;
        }
        long state = 0;
        for (Map.Entry<String, Long> e : VECTOR_STATE.entrySet()) {
            state |= flags.contains(e.getKey()) ? e.getValue() : 0;
        }
        return new HostFacts(
                procText("sys/kernel/hostname"),
                procText("sys/kernel/osrelease"),
                machineNumber(System.getProperty("os.arch")),
                first.getOrDefault("model name", "unknown"),
                features,
                state);
    }

    /**
     * What keeps an image that was made on {@code made} from being restarted on this one: a
     * sentence each, none if nothing does.
     */
    public List<String> obstaclesFor(HostFacts made) {
        List<String> found = new ArrayList<>();
        if (made.machine != machine) {
            found.add("the image is of another kind of machine (ELF " + made.machine + ")");
            return found;
        }
        if (kernelSeries(kernel) < kernelSeries(made.kernel)) {
            found.add("Linux " + kernel + " is older than the " + made.kernel + " of the image");
        }
        List<String> missing =
                INSTRUCTIONS.entrySet().stream()
                        .filter(e -> (made.cpuFeatures & ~cpuFeatures) >>> e.getValue() << 63 != 0)
                        .map(Map.Entry::getKey)
                        .sorted()
                        .collect(Collectors.toList());
        if (!missing.isEmpty()) {
            found.add(
                    "this CPU lacks "
                            + String.join(", ", missing)
                            + ", which "
                            + made.cpu
                            + " has");
        }
        long registers = made.vectorState & ~vectorState & VECTOR_STATE_KNOWN;
        if (registers != 0) {
            found.add(
                    "this machine does not save the vector registers that the program may use"
                            + String.format(" (XCR0 bits %#x)", registers));
        }
        return found;
    }

    /** 6.18.44-x is 6018; 0 if it is no such text, which is older than none. */
    private static int kernelSeries(String release) {
        Matcher numbers = KERNEL_SERIES.matcher(release);
        return numbers.lookingAt()
                ? Integer.parseInt(numbers.group(1)) * 1000 + Integer.parseInt(numbers.group(2))
                : 0;
    }

    private static int machineNumber(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default -> 0;
        };
    }

    private static String procText(String name) throws IOException {
        return Files.readString(Path.of("/proc", name)).strip();
    }

    private static Map<String, String> firstProcessor() throws IOException {
        return Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)
                .lines()
                .takeWhile(line -> !line.isBlank())
                .map(line -> line.split("\\s*:\\s*", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0].strip(), pair -> pair[1].strip()));
    }
}
