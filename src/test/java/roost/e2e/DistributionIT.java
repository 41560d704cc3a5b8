// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the build hands to users. */
@Timeout(120)
class DistributionIT {
    private static final Path DIST = Path.of(System.getProperty("roost.dist.dir"));
    private static final Path CHECKOUT = DIST.resolve("../../..").normalize();

    @TempDir Path dir;

    private record Outcome(int status, String out, String err) {}

    @Test
    void everyNameOfTheCheckoutIsThereAndIsTheFront() throws IOException {
        List<String> names = names(CHECKOUT.resolve("bin"));
        assertThat(names).contains("roost", "condor_cod", "condor_cod_activate", "condor_q");
        assertThat(names(DIST.resolve("bin"))).containsAll(names);
        for (String name : names) {
            assertThat(DIST.resolve("bin").resolve(name).toRealPath())
                    .isEqualTo(DIST.resolve("bin/roost").toRealPath());
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void noticeNamesEveryLibraryAndNoOther() throws IOException {
        String notice = Files.readString(DIST.resolve("share/doc/NOTICE"));
        String list =
                notice.substring(
                        notice.indexOf("contains these libraries"),
                        notice.indexOf("Used for building"));
        Set<String> named = new TreeSet<>();
        for (String line : list.lines().filter(line -> line.startsWith("  ")).toList()) {
            String left = line.substring(2).split(" {2}", 2)[0];
            Stream.of(left.split(","))
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .forEach(named::add);
        }
        Set<String> present = new TreeSet<>();
        for (String jar : names(DIST.resolve("lib"))) {
            if (jar.endsWith(".jar") && !jar.startsWith("roost-")) {
                present.add(jar.replaceFirst("(_2\\.13)?-[0-9][0-9.]*(-native)?\\.jar$", "$2"));
            }
        }
        assertThat(named).isEqualTo(present);
    }

    @Test
    void theConfigurationToStartFromHasNoMistakes() throws Exception {
        Path configuration = DIST.resolve("etc/condor_config");
        Outcome outcome =
                run(
                        Map.of("CONDOR_CONFIG", configuration.toString()),
                        DIST.resolve("bin/roost"),
                        "config",
                        "check");
        assertThat(outcome.out()).isEqualTo("0 errors, 0 warnings in " + configuration + "\n");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void theLauncherOfTheCheckoutIsTheFrontByEveryName() throws Exception {
        Path launcher = CHECKOUT.resolve("bin/roost");
        Path link = Files.createSymbolicLink(dir.resolve("condor_config_val"), launcher);
        assertThat(run(link, "LOCAL_DIR").out()).isEqualTo(dir + "/state\n");
        assertThat(run(launcher, "version").out()).startsWith("roost ");
    }

    @Test
    void theArchiveOfClassesIsInUse() throws Exception {
        Outcome outcome =
                run(
                        Map.of("ROOST_CLI_JAVA_OPTS", "-Xshare:on"),
                        DIST.resolve("bin/condor_config_val"),
                        "LOCAL_DIR");
        assertThat(outcome).isEqualTo(new Outcome(0, dir + "/state\n", ""));
    }

    @Test
    void theTarballWorksWhereverItIsUnpacked() throws Exception {
        Path tarball;
        try (Stream<Path> entries = Files.list(CHECKOUT.resolve("target"))) {
            tarball =
                    entries.filter(p -> p.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
        }
        Path place = Files.createDirectory(dir.resolve("some place"));
        assertThat(
                        run(Path.of("/bin/tar"), "-xzf", tarball.toString(), "-C", place.toString())
                                .status())
                .isZero();
        Path bin = place.resolve("roost/bin");
        assertThat(run(bin.resolve("classad_eval"), "a = 20", "a + 1").out()).endsWith("21\n");
        assertThat(run(bin.resolve("roost"), "version").status()).isZero();
        Outcome unloadable = run(bin.resolve("roost-checkpoint"), "/bin/echo", "hi");
        assertThat(unloadable.status()).isNotZero();
        assertThat(unloadable.out()).isEmpty();
        assertThat(unloadable.err()).contains("has a space").contains("ROOST_CKPT_LIBRARY");
        Path link = dir.resolve("libroostckpt.so");
        Files.createSymbolicLink(link, place.resolve("roost/lib/native/libroostckpt.so"));
        Outcome loaded =
                run(
                        Map.of("ROOST_CKPT_LIBRARY", link.toString()),
                        bin.resolve("roost-checkpoint"),
                        "/bin/echo",
                        "hi");
        assertThat(loaded.out()).isEqualTo("hi\n");
    }

    @Test
    void aCommandWithoutANodeSaysHowToStartOne() throws Exception {
        Outcome outcome = run(DIST.resolve("bin/condor_q"));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("no node answers at " + dir).contains("roost start");
    }

    @Test
    void withoutJavaAndWithAnOldOneItSaysWhatIsNeeded() throws Exception {
        Path bin = Files.createDirectories(dir.resolve("jdk/bin"));
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(dir.resolve("jdk/release"), "JAVA_VERSION=\"1.8.0_402\"\n");
        Path command = DIST.resolve("bin/classad_eval");
        Outcome old = run(Map.of("JAVA_HOME", dir.resolve("jdk").toString()), command, "1");
        assertThat(old.status()).isEqualTo(1);
        assertThat(old.err()).contains("is Java 8; Roost needs 17 or newer");
        Outcome none = run(Map.of("PATH", dir.toString(), "JAVA_HOME", ""), command, "1");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("no Java found: install a JDK 17");
    }

    @Test
    void aFrontThatWasCopiedAwaySaysThatTheRestIsMissing() throws Exception {
        Path copy = Files.createDirectories(dir.resolve("bin")).resolve("condor_q");
        Files.copy(DIST.resolve("bin/roost"), copy, StandardCopyOption.COPY_ATTRIBUTES);
        Outcome outcome = run(copy);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo(
                        "condor_q: the installation at %s is incomplete: there is no lib/roost-cli-launch.jar\n"
                                .formatted(dir));
    }

    @Test
    void argumentsReachTheEngineAsTheyWereTyped() throws Exception {
        Outcome outcome = run(DIST.resolve("bin/classad_eval"), "a = \"x  y\"", "strcat(a, \"ü\")");
        assertThat(outcome.out()).endsWith("\"x  yü\"\n");
    }

    private Outcome run(Path program, String... arguments) throws Exception {
        return run(Map.of(), program, arguments);
    }

    private Outcome run(Map<String, String> environment, Path program, String... arguments)
            throws Exception {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of(arguments));
        Path err = Files.createTempFile(dir, "err", "");
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.toUpperCase(java.util.Locale.ROOT).contains("CONDOR"));
        builder.environment().put("HOME", dir.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("_CONDOR_LOCAL_DIR", dir + "/state");
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        environment.forEach(
                (name, value) -> {
                    if (value.isEmpty()) {
                        builder.environment().remove(name);
                    } else {
                        builder.environment().put(name, value);
                    }
                });
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return new Outcome(status, out, Files.readString(err));
    }
}
