// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node gets to read as HOCON. */
@Timeout(20)
class ConfigMappingTest {

    private static Config hocon(String... lines) {
        return ConfigMapping.toHocon(TestConfigs.of(lines));
    }

    @Test
    void defaultsAreThereWithoutAnySetting() {
        Config config = hocon("");
        assertThat(config.getDuration("roost.slots.killing-timeout"))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(config.getInt("roost.slots.cpus")).isEqualTo(4);
        assertThat(config.getBytes("roost.slots.memory")).isEqualTo(8000L << 20);
        assertThat(config.getString("roost.dir.execute"))
                .isEqualTo("/home/ann/.local/state/roost/execute");
        assertThat(config.getStringList("roost.cod.valid-users")).isEmpty();
        assertThat(config.getDuration("roost.cod.default-lease")).isNegative();
        assertThat(config.getStringList("roost.node.roles"))
                .containsExactly("execute", "submit", "manager", "checkpoint");
        assertThat(config.hasPath("roost.jobs.wrapper")).isFalse();
    }

    @Test
    void valuesHaveTheTypeOfTheirKnob() {
        Config config =
                hocon(
                        "LOCAL_DIR = /var/roost",
                        "MINUTE = 60",
                        "POLLING_INTERVAL = (2 * $(MINUTE)) - 113",
                        "VALID_COD_USERS = ann, bob carl",
                        "JOB_INHERITS_STARTER_ENVIRONMENT = yes",
                        "START = Owner == \"ann\"",
                        "ROOST_LOG_LEVEL = Debug",
                        "SLOT_TYPE_1 = cpus=2",
                        "NUM_SLOTS_TYPE_1 = 3",
                        "STARTD_ATTRS = Colour",
                        "STARTD_EXPRS = Shape",
                        "Colour = \"red\"",
                        "STARTD.Shape = 1 + 1",
                        "DAEMON_LIST = MASTER, STARTD");
        assertThat(config.getString("roost.api.socket")).isEqualTo("/var/roost/run/roost.sock");
        assertThat(config.getDuration("roost.slots.polling-interval")).hasSeconds(7);
        assertThat(config.getStringList("roost.cod.valid-users"))
                .containsExactly("ann", "bob", "carl");
        assertThat(config.getBoolean("roost.jobs.inherits-environment")).isTrue();
        assertThat(config.getString("roost.policy.start")).isEqualTo("Owner == \"ann\"");
        assertThat(config.getString("roost.log.level")).isEqualTo("debug");
        assertThat(config.getObject("roost.slots.types").unwrapped())
                .isEqualTo(Map.of("1", "cpus=2"));
        assertThat(config.getInt("roost.slots.type-counts.1")).isEqualTo(3);
        assertThat(config.getObject("roost.slots.attributes").unwrapped())
                .isEqualTo(Map.of("Colour", "\"red\"", "Shape", "1 + 1"));
        assertThat(config.getStringList("roost.node.roles")).containsExactly("execute");
    }

    @Test
    void aKnobsSubsystemPrefixCounts() {
        assertThat(hocon("NUM_CPUS = 1", "STARTD.NUM_CPUS = 2").getInt("roost.slots.cpus"))
                .isEqualTo(2);
        assertThat(hocon("NUM_CPUS = 1", "SCHEDD.NUM_CPUS = 2").getInt("roost.slots.cpus"))
                .isEqualTo(1);
    }

    @Test
    void namesOfAttributesAreNotTakenForPaths() {
        assertThat(
                        hocon("STARTD_ATTRS = a.b \"c", "a.b = 1")
                                .getObject("roost.slots.attributes")
                                .unwrapped())
                .isEqualTo(Map.of("a.b", "1"));
    }

    @Test
    void allWrongValuesAreNamedAtOnce() {
        assertThatThrownBy(
                        () ->
                                hocon(
                                        "POLLING_INTERVAL = soon",
                                        "NUM_CPUS = 0",
                                        "CREATE_CORE_FILES = perhaps",
                                        "LOCAL_DIR = relative",
                                        "ROOST_LOG_LEVEL = LOUD"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        ":1: error: POLLING_INTERVAL is 'soon', expected a number of seconds")
                .hasMessageContaining(
                        ":2: error: NUM_CPUS is '0', expected a number from 1 to 100000")
                .hasMessageContaining(
                        ":3: error: CREATE_CORE_FILES is 'perhaps', expected True or False")
                .hasMessageContaining(
                        ":4: error: LOCAL_DIR is 'relative', expected an absolute file name")
                .hasMessageContaining(
                        ":5: error: ROOST_LOG_LEVEL is 'LOUD', expected one of ERROR, WARN, INFO,"
                                + " DEBUG, TRACE");
    }
}
