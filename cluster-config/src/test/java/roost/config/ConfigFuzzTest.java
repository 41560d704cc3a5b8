// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hostile input: whatever stands in a file, reading it ends soon and throws nothing, and using it
 * throws nothing but {@link ConfigException}. {@code -Dseed=} repeats a run, {@code -Dfuzz.count=}
 * sets how many inputs each test tries.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ConfigFuzzTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int COUNT = Integer.getInteger("fuzz.count", 100_000);
    private static final long SLOWEST_ALLOWED_MS = 10_000;

    private static final String[] PIECES = {
        "X",
        "Y",
        "A_Cmd",
        "A_KillSig",
        "STARTD.X",
        "LOCAL_CONFIG_FILE",
        "LOCAL_CONFIG_DIR",
        "DAEMON_LIST",
        "NUM_CPUS",
        "KILLING_TIMEOUT",
        "START",
        "STARTD_ATTRS",
        "SLOT_TYPE_1",
        "NETWORK_INTERFACE",
        "=",
        "=",
        "=",
        " ",
        " ",
        "\n",
        "\n",
        "\n",
        "\\\n",
        "#",
        "@=t",
        "@t",
        "$",
        "$(",
        "$(X)",
        "$(Y)",
        "$(X:",
        ")",
        "(",
        ":",
        "$$(",
        "$INT(",
        "$REAL(X)",
        "$STRING(X,%s)",
        "$SUBSTR(X,",
        "$CHOICE(",
        "$RANDOM_INTEGER(",
        "$RANDOM_CHOICE(",
        "$ENV(HOME)",
        "$Fpdnxq(X)",
        "$EVAL(X)",
        ",",
        "%d",
        "%99s",
        "0",
        "1",
        "-1",
        "999999999999999999999",
        "1.5e300",
        "true",
        "\"",
        "'",
        "if ",
        "elif ",
        "else",
        "endif",
        "defined ",
        "version >= 8",
        "! ",
        "include : ",
        "include ifexist command into ",
        "/etc/test/two",
        "use ROLE : ",
        "Personal",
        "error : ",
        "warning : ",
        "[",
        "]",
        "|",
        "&&",
        "time()",
        "\u00e9",
        "\ud800",
        "\0",
        "\t",
        "\r\n",
        "_CONDOR_"
    };

    private static final String SAMPLE =
            """
            # A realistic file.
            use ROLE : Personal
            LOCAL_DIR = /var/lib/roost
            MINUTE = 60
            KILLING_TIMEOUT = $(MINUTE)
            X = $(X) a, b
            START = $(Y:True) && KeyboardIdle > 15 * $(MINUTE)
            if defined X
              Y = $SUBSTR(X, 1, -1)
            elif version >= 8.1.6
              include : two
            else
              NUM_CPUS = $INT(MINUTE,%04d)
            endif
            FractGen_Cmd = "/usr/bin/fractgen"
            FractGen_Args = $RANDOM_CHOICE(a,b) $RANDOM_INTEGER(1,9,2) $Fnx(LOCAL_DIR)
            STARTD_ATTRS = Colour
            Colour @=end
              "red"
            @end
            SLOT_TYPE_1 = cpus=1, memory=50% \\
               # comment
               disk=1/4
            """;

    @Test
    void anySequenceOfPiecesIsSurvived() {
        Random random = seeded("pieces");
        for (int i = 0; i < COUNT; i++) {
            StringBuilder text = new StringBuilder();
            int pieces = random.nextInt(60);
            for (int p = 0; p < pieces; p++) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            survive(text.toString(), i);
        }
    }

    @Test
    void anyDamageToAFileIsSurvived() {
        Random random = seeded("damage");
        byte[] sample = SAMPLE.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < COUNT; i++) {
            byte[] damaged = sample.clone();
            int changes = 1 + random.nextInt(12);
            for (int c = 0; c < changes; c++) {
                int at = random.nextInt(damaged.length);
                switch (random.nextInt(3)) {
                    case 0 -> damaged[at] = (byte) random.nextInt(256);
                    case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                    default -> {
                        int length = Math.min(random.nextInt(40), damaged.length - at);
                        int from = random.nextInt(damaged.length - length + 1);
                        System.arraycopy(sample, from, damaged, at, length);
                    }
                }
            }
            survive(new String(damaged, StandardCharsets.ISO_8859_1), i);
        }
    }

    @Test
    void longRepetitionsAreSurvived() {
        Random random = seeded("repetitions");
        List<String> units = new ArrayList<>(List.of(PIECES));
        units.addAll(List.of("X = $(X)$(X)\n", "A$(", "$(A:", "if true\n", "$INT($INT(", "X=1\n"));
        for (int i = 0; i < 60; i++) {
            String a = units.get(random.nextInt(units.size()));
            String b = units.get(random.nextInt(units.size()));
            String tail = units.get(random.nextInt(units.size()));
            int times = 1 + random.nextInt(20_000);
            survive("X = " + (a + b).repeat(times) + tail.repeat(random.nextInt(times)), i);
            survive((a + b + "\n").repeat(times), i);
        }
    }

    private static Random seeded(String test) {
        System.out.println("ConfigFuzzTest " + test + ": -Dseed=" + SEED);
        return new Random(SEED);
    }

    private static void survive(String text, int number) {
        long start = System.nanoTime();
        try {
            MemoryFiles files =
                    new MemoryFiles().putText(TestConfigs.ROOT, text).put("/etc/test/two", "X = 2");
            CondorConfig config =
                    CondorConfig.load(TestConfigs.source(files, Map.of("_CONDOR_E", "$(X)")));
            useValues(config);
            // Slower by far, and mostly about values that the lines above have seen already.
            if (number % 50 == 0) {
                useAll(config);
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(
                    "input " + number + ", -Dseed=" + SEED + ": " + brief(text), e);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertThat(millis)
                .as("time for input " + number + ", -Dseed=" + SEED + ": " + brief(text))
                .isLessThan(SLOWEST_ALLOWED_MS);
    }

    private static void useValues(CondorConfig config) {
        for (String name : List.of("X", "Y", "E", "START", "STARTD.X")) {
            try {
                config.get(name);
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }

    private static void useAll(CondorConfig config) {
        ConfigCheck.check(config).forEach(problem -> assertThat(problem.message()).isNotEmpty());
        try {
            ConfigMapping.toHocon(config);
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty();
        }
        KeywordApplications.resolve(config, "A").problems();
        try {
            Roles.of(config);
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }

    private static String brief(String text) {
        return text.length() <= 2000 ? text : text.substring(0, 2000) + "...";
    }
}
