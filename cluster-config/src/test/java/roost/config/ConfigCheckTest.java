// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code roost config check} finds. */
@Timeout(20)
class ConfigCheckTest {

    /** All findings about these lines, without what an empty VALID_COD_USERS gives. */
    private static String check(String... lines) {
        StringBuilder all = new StringBuilder();
        for (ConfigProblem problem : ConfigCheck.check(TestConfigs.of(lines))) {
            if (!problem.message().startsWith("VALID_COD_USERS is empty")) {
                all.append(problem.toString().replace(TestConfigs.ROOT, "F")).append('\n');
            }
        }
        return all.toString();
    }

    @Test
    void everythingWrongIsReportedInTheOrderOfTheFile() {
        assertThat(
                        check(
                                "POLLING_INTERVALL = 5",
                                "KILLING_TIMEOUT = long",
                                "this is wrong",
                                "A_Cmd = /bin/a",
                                "A_Outt = x",
                                "RANK = $(NUM_CPU)",
                                "STARTD_ATTRS = Missing",
                                "NETWORK_INTERFACE = 10.0.0.1"))
                .isEqualTo(
                        """
                        F:1: warning: unknown knob 'POLLING_INTERVALL'; did you mean POLLING_INTERVAL?
                        F:2: error: KILLING_TIMEOUT is 'long', expected a number of seconds
                        F:3: error: expected '=' after 'this', found 'is wrong'
                        F:5: warning: keyword application A has no attribute 'Outt'; did you mean Out?
                        F:6: warning: RANK refers to $(NUM_CPU), which is not defined; did you mean NUM_CPUS?
                        F:7: warning: STARTD_ATTRS names Missing, which has no value
                        F:8: error: NETWORK_INTERFACE is '10.0.0.1', but a node listens on loopback addresses only (127.0.0.1, 127.0.0.2, ..., ::1, localhost): between machines it could not yet tell its peers from strangers
                        """);
    }

    @Test
    void valuesThatDoNotExpandAreErrors() {
        assertThat(check("A = $(B)", "B = $(A)", "C = $INT(x)"))
                .isEqualTo(
                        """
                        F:1: error: A: A refers to itself: A -> B -> A
                        F:2: error: B: B refers to itself: B -> A -> B
                        F:3: error: C: $INT: 'x' is not a number
                        """);
    }

    @Test
    void namesThatOthersReferToAreNotUnknown() {
        assertThat(check("MINUTE = 60", "CLAIM_WORKLIFE = $(MINUTE)")).isEmpty();
        assertThat(check("N = 60", "CLAIM_WORKLIFE = $INT(N)")).isEmpty();
    }

    @Test
    void expressionsThatAreNoneAreErrors() {
        assertThat(
                        check(
                                "START = (KeyboardIdle > 5",
                                "STARTD_ATTRS = Colour",
                                "Colour = red blue",
                                "A_Cmd = /bin/a",
                                "A_KillSig = 1 +"))
                .contains("F:1: error: START is '(KeyboardIdle > 5', expected an expression: ")
                .contains("F:3: error: Colour is not an expression: ")
                .contains("F:5: error: A_KillSig is '1 +', expected an expression: ");
    }

    @Test
    void prefixesAndFamiliesAreKnown() {
        assertThat(check("STARTD.NUM_CPUS = 2", "SLOT_TYPE_1 = cpus=1", "NUM_SLOTS_TYPE_1 = 2"))
                .isEmpty();
        assertThat(check("STARTD.NUM_CPUS = many"))
                .isEqualTo("F:1: error: NUM_CPUS is 'many', expected a number\n");
    }

    @Test
    void knobsOfHtcondorThatMeanNothingHereAreNamedAsSuch() {
        assertThat(check("ALLOW_WRITE = *", "CONDOR_ADMIN = root"))
                .isEqualTo(
                        """
                        F:1: warning: ALLOW_WRITE is a knob of HTCondor that Roost does not use
                        F:2: warning: CONDOR_ADMIN is a knob of HTCondor that Roost does not use
                        """);
    }

    @Test
    void anApplicationWithoutCmdIsGuessed() {
        assertThat(check("FractGen_Iwd = /tmp"))
                .isEqualTo(
                        "F:1: warning: unknown knob 'FractGen_Iwd'; if FractGen is a keyword"
                                + " application, FractGen_Cmd is missing\n");
    }

    @Test
    void aNodeNeedsSomethingToDo() {
        assertThat(check("DAEMON_LIST = MASTER, HAD"))
                .contains("F:1: warning: DAEMON_LIST names HAD, which Roost has not")
                .contains("F:1: error: DAEMON_LIST gives this node nothing to do");
    }

    @Test
    void aSocketPathThatIsTooLongIsAnError() {
        assertThat(check("LOCAL_DIR = /" + "x".repeat(100)))
                .contains("error: ROOST_API_SOCKET is 116 bytes long, the system allows 107");
    }

    @Test
    void whatHasNoConstantDefaultMustNotBeSetToNothing() {
        assertThat(
                        check(
                                "LOCAL_DIR = $(MY_DISK)/roost",
                                "MY_DISK =",
                                "SPOOL =",
                                "NUM_SLOTS =",
                                "UID_DOMAIN =",
                                "START =",
                                "COLLECTOR_HOST ="))
                .isEqualTo(
                        """
                        F:3: error: SPOOL is set to nothing; without the line it is $(LOCAL_DIR)/spool
                        F:4: error: NUM_SLOTS is set to nothing; without the line it is $(NUM_CPUS)
                        F:5: error: UID_DOMAIN is set to nothing; without the line it is $(FULL_HOSTNAME)
                        """);
    }

    @Test
    void nobodyMayClaimWithoutValidUsers() {
        assertThat(ConfigCheck.check(TestConfigs.of("")).toString())
                .contains("VALID_COD_USERS is empty: nobody may claim");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.3.2.1", "::1", "localhost", "lo"})
    void loopbackAddressesAreAllowed(String address) {
        assertThat(check("NETWORK_INTERFACE = " + address)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "*", "192.168.1.1", "eth0", "example.org", "::", "1", "dead"})
    void otherAddressesAreRefused(String address) {
        assertThat(check("NETWORK_INTERFACE = " + address)).contains("error: NETWORK_INTERFACE is");
    }
}
