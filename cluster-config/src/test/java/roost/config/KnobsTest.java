// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The table of knobs is sound, and what is written from it is up to date. */
@Timeout(20)
class KnobsTest {

    @Test
    void namesAreUniqueWhateverTheirCase() {
        assertThat(Knobs.all().stream().map(k -> MacroTable.key(k.name()))).doesNotHaveDuplicates();
    }

    @Test
    void keysAreKebabCaseAndUniqueExceptForTheOldNameOfSlotAttributes() {
        List<String> keys =
                Knobs.all().stream().filter(k -> k != Knobs.STARTD_EXPRS).map(Knob::key).toList();
        assertThat(keys)
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("roost(\\.[a-z0-9]+(-[a-z0-9]+)*){2}"));
    }

    @Test
    void everyKnobSaysWhatItMeans() {
        assertThat(Knobs.all().stream().map(Knob::meaning))
                .allMatch(m -> m.matches("(?s)[A-Z].{5,}\\."));
    }

    @Test
    void everyDefaultIsAValueOfItsType() {
        assertThat(ConfigCheck.check(TestConfigs.of("VALID_COD_USERS = ann"))).isEmpty();
        assertThat(ConfigMapping.toHocon(TestConfigs.of("")).isEmpty()).isFalse();
    }

    @Test
    void membersOfAFamilyAreFoundByTheirNumber() {
        assertThat(Knobs.find("slot_type_12")).contains(Knobs.SLOT_TYPE_N);
        assertThat(Knobs.find("SLOT_TYPE_")).isEmpty();
        assertThat(Knobs.find("12")).isEmpty();
    }

    /** With {@code -Dreference.write=true} writes the file instead. */
    @Test
    void referenceConfIsWrittenFromTheTable() throws IOException {
        Path file = Path.of("src/main/resources/reference.conf");
        String expected = KnobDocumentation.referenceConf();
        if (Boolean.getBoolean("reference.write")) {
            Files.write(file, expected.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.readString(file)).isEqualTo(expected);
        assertThat(expected.lines()).allMatch(line -> line.length() <= 200);
    }

    @Test
    void referenceConfHoldsTheDefaultsThatTheMappingGives() {
        var reference = ConfigFactory.parseString(KnobDocumentation.referenceConf());
        var mapped = ConfigMapping.toHocon(TestConfigs.of(""));
        reference
                .entrySet()
                .forEach(
                        entry -> {
                            var value = mapped.getValue(entry.getKey()).unwrapped();
                            assertThat(value.toString())
                                    .as(entry.getKey())
                                    .isEqualTo(entry.getValue().unwrapped().toString());
                        });
        assertThat(reference.entrySet()).hasSizeGreaterThan(50);
    }

    @Test
    void documentationNamesEveryKnob() {
        String markdown = KnobDocumentation.markdown();
        String man = KnobDocumentation.man();
        for (Knob knob : Knobs.all()) {
            assertThat(markdown).contains("| `" + knob.name() + "` |");
            assertThat(man).contains("\n.B " + knob.name() + "\n");
        }
    }
}
