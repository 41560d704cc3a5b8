// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Laws that hold for every configuration. {@code -Dseed=} repeats a run. */
@Timeout(60)
class ConfigPropertyTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final String NAMES = "ABCabc_0";
    private static final String TEXT = "abcXYZ0123 ,;:=#[]{}()<>\"'`|&!?*+-/.%@~^_\u00e9\u4e2d";

    private static Random seeded(String test) {
        System.out.println("ConfigPropertyTest " + test + ": -Dseed=" + SEED);
        return new Random(SEED);
    }

    private static String text(Random random, String letters, int atMost) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(atMost + 1); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static String name(Random random) {
        return "N" + text(random, NAMES, 3);
    }

    @Test
    void aValueWithoutMacrosIsReadBackAsItWasWritten() {
        Random random = seeded("values");
        for (int i = 0; i < 5000; i++) {
            String value = text(random, TEXT, 40).strip();
            CondorConfig config = TestConfigs.of("X = " + value);
            assertThat(config.problems()).isEmpty();
            assertThat(config.get("X")).contains(value);
        }
    }

    @Test
    void aValueOfManyLinesIsReadBackAsItWasWritten() {
        Random random = seeded("blocks");
        for (int i = 0; i < 2000; i++) {
            List<String> lines = new ArrayList<>();
            for (int n = random.nextInt(6); n > 0; n--) {
                lines.add(text(random, TEXT, 20).stripTrailing());
            }
            List<String> file = new ArrayList<>(List.of("X @=END_OF_X"));
            file.addAll(lines);
            file.add("@END_OF_X");
            CondorConfig config = TestConfigs.of(file.toArray(String[]::new));
            assertThat(config.problems()).isEmpty();
            assertThat(config.get("X")).contains(String.join("\n", lines));
        }
    }

    @Test
    void settingsAgreeWithAModel() {
        Random random = seeded("settings");
        for (int i = 0; i < 3000; i++) {
            Map<String, String> model = new HashMap<>();
            List<String> lines = new ArrayList<>();
            for (int n = random.nextInt(20); n > 0; n--) {
                String name = name(random);
                String key = name.toLowerCase(Locale.ROOT);
                String tail = text(random, "xyz", 2);
                boolean self = random.nextBoolean();
                lines.add(name + " = " + (self ? "$(" + name + ")" : "") + tail);
                model.put(key, (self ? model.getOrDefault(key, "") : "") + tail);
            }
            CondorConfig config = TestConfigs.of(lines.toArray(String[]::new));
            assertThat(config.problems()).isEmpty();
            model.forEach((name, value) -> assertThat(config.get(name)).contains(value));
            assertThat(config.namesSet()).hasSameSizeAs(model.keySet());
        }
    }

    @Test
    void originsNameTheLineThatSetTheValue() {
        Random random = seeded("origins");
        for (int i = 0; i < 1000; i++) {
            List<String> lines = new ArrayList<>();
            Map<String, Integer> model = new HashMap<>();
            for (int n = random.nextInt(20); n > 0; n--) {
                switch (random.nextInt(3)) {
                    case 0 -> lines.add("# comment");
                    case 1 -> {
                        String name = name(random);
                        model.put(name.toLowerCase(Locale.ROOT), lines.size() + 1);
                        lines.addAll(List.of(name + " = a \\", "b"));
                    }
                    default -> {
                        String name = name(random);
                        model.put(name.toLowerCase(Locale.ROOT), lines.size() + 1);
                        lines.add(name + " = 1");
                    }
                }
            }
            CondorConfig config = TestConfigs.of(lines.toArray(String[]::new));
            model.forEach(
                    (name, line) ->
                            assertThat(config.origin(name))
                                    .contains(Origin.file(TestConfigs.ROOT, line)));
        }
    }

    @Test
    void formatsAgreeWithJavasWhereTheyMeanTheSame() throws Exception {
        Random random = seeded("formats");
        String[] flags = {"", "0", "-", "+", " ", "+0"};
        for (int i = 0; i < 20_000; i++) {
            String flag = flags[random.nextInt(flags.length)];
            String format = "%" + flag + (1 + random.nextInt(12)) + "d";
            long number = random.nextLong() >> random.nextInt(64);
            assertThat(CFormat.format(format, CFormat.Kind.INTEGER, number))
                    .isEqualTo(String.format(Locale.ROOT, format, number));
            // Halves are rounded differently; an odd number of thirds has none.
            double real = (random.nextInt(2_000_001) - 1_000_000) / 3.0 + 0.1;
            String reals = "%" + flag + (1 + random.nextInt(14)) + "." + random.nextInt(6) + "f";
            assertThat(CFormat.format(reals, CFormat.Kind.REAL, real))
                    .isEqualTo(String.format(Locale.ROOT, reals, real));
        }
    }

    @Test
    void substringsAgreeWithAModel() {
        Random random = seeded("substrings");
        for (int i = 0; i < 5000; i++) {
            String text = text(random, "abcdef", 8);
            int start = random.nextInt(24) - 12;
            int length = random.nextInt(24) - 12;
            int from = start < 0 ? Math.max(0, text.length() + start) : start;
            int to = length < 0 ? text.length() + length : from + length;
            StringBuilder expected = new StringBuilder();
            for (int c = from; c < to && c < text.length(); c++) {
                expected.append(text.charAt(c));
            }
            CondorConfig config =
                    TestConfigs.of("T = " + text, "X = $SUBSTR(T," + start + "," + length + ")");
            assertThat(config.get("X").orElse("")).isEqualTo(expected.toString());
        }
    }
}
