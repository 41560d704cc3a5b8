// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static roost.config.TestConfigs.x;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code $} means in a value. */
@Timeout(20)
class MacrosTest {

    @Test
    void macrosAreExpandedWhenTheValueIsUsed() {
        assertThat(x("X = <$(A)>", "A = 1", "A = 2")).isEqualTo("<2>");
    }

    @Test
    void whatIsNotDefinedExpandsToNothing() {
        assertThat(x("X = a$(B)c")).isEqualTo("ac");
    }

    @Test
    void aDefaultIsUsedWhereTheNameIsNotDefined() {
        assertThat(x("X = $(A:1) $(B:$(C)) $(D:$(E:2)) $(F:a:b)", "C = c", "A ="))
                .isEqualTo(" c 2 a:b");
    }

    @Test
    void aNameMayBePutTogether() {
        assertThat(x("N = A", "A_B = yes", "X = $($(N)_B)")).isEqualTo("yes");
    }

    @Test
    void selfReferenceUsesThePresentValue() {
        assertThat(x("X = a", "Y = $(X)", "X = $(X)b", "X = $(X)c $(Y)", "Y = y"))
                .isEqualTo("abc y");
    }

    @Test
    void selfReferenceBeforeTheFirstSettingIsTheDefaultOrNothing() {
        assertThat(x("X = $(X)a$(X:b)")).isEqualTo("ab");
        assertThat(x("X = $(X:b)")).isEqualTo("b");
    }

    @Test
    void selfReferenceOfAKnobFindsItsDefault() {
        assertThat(TestConfigs.of("KILLING_TIMEOUT = 1$(KILLING_TIMEOUT)").get("KILLING_TIMEOUT"))
                .contains("130");
    }

    @Test
    void selfReferenceWorksThroughFunctions() {
        assertThat(x("X = /a/b.c", "X = $Fn(X)")).isEqualTo("b");
    }

    @Test
    void aPrefixedNameCountsTheNameProperAsItself() {
        CondorConfig config = TestConfigs.of("X = a", "STARTD.X = $(X)b");
        assertThat(config.forSubsystem("STARTD", "").get("X")).contains("ab");
        assertThat(config.get("X")).contains("a");
    }

    @Test
    void prefixesHoldForTheirSubsystemAndLocalName() {
        CondorConfig config =
                TestConfigs.of("X=1", "STARTD.X=2", "FOO.X=3", "STARTD.FOO.X=4", "Y=<$(X)>");
        assertThat(config.get("Y")).contains("<1>");
        assertThat(config.forSubsystem("startd", "").get("Y")).contains("<2>");
        assertThat(config.forSubsystem("SCHEDD", "foo").get("Y")).contains("<3>");
        assertThat(config.forSubsystem("STARTD", "Foo").get("Y")).contains("<4>");
        assertThat(config.get("STARTD.X")).contains("2");
    }

    @Test
    void dollarsThatBeginNoMacroStay() {
        String text = "$$(Arch) $$([1+$(A:2)]) $1 $ $(a b) $FOO(x) cost$ $(";
        assertThat(x("X = " + text)).isEqualTo(text.replace("$(A:2)", "2"));
        assertThat(x("X = $(DOLLAR)(A)")).isEqualTo("$(A)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$INT(N)|12",
                "$INT(N,%04d)|0012",
                "$INT(N,Area=%d)|Area=12",
                "$INT(7.9)|7",
                "$INT(AREA)|72",
                "$INT(true)|1",
                "$REAL(AREA)|72",
                "$REAL(1.0/3,%.4f)|0.3333",
                "$STRING(LOWER)|host.domain",
                "$STRING(LOWER,Name: %s)|Name: host.domain",
                "$EVAL(AREA)|72",
                "$EVAL(LISTING)|20",
                "$INT($(N)0)|120",
                "$INT(N,%x)|c",
                "$INT(N,%#X)|0XC",
                "$INT(N,%-4d<)|12  <",
                "$INT(-5,%+.3d%%)|-005%",
                "$REAL(N)|12",
                "$REAL(2.5)|2.5",
                "$REAL(1e10)|1E+10",
                "$REAL(0.00001)|1E-05",
                "$REAL(3.14159265)|3.14159",
                "$REAL(2.5,%.3f)|2.500",
                "$REAL(2.5,%e)|2.500000e+00",
                "$REAL(100000,%g)|100000",
                "$REAL(0,%g)|0",
                "$REAL(123456789,%.3G)|1.23E+08",
                "$STRING(NAME)|abcdef",
                "$STRING(NAME,Name: %s)|Name: abcdef",
                "$STRING(NAME,%.2s)|ab",
                "$SUBSTR(NAME,2)|cdef",
                "$SUBSTR(NAME,0,-2)|abcd",
                "$SUBSTR(NAME,1,3)|bcd",
                "$SUBSTR(NAME,-1)|f",
                "$SUBSTR(NAME,-20,2)|ab",
                "$SUBSTR(NAME,2,100)|cdef",
                "$CHOICE(1,a,b,c)|b",
                "$CHOICE(0,LIST)|x",
                "$CHOICE(IX,LIST)|z",
                "$F(/a/b/c.d)|/a/b/c.d",
                "$Fp(FILE)|/usr/lib/",
                "$Fd(FILE)|lib/",
                "$Fdb(FILE)|lib",
                "$Fn(FILE)|tool",
                "$Fx(FILE)|.exe",
                "$Fxb(FILE)|exe",
                "$Fnx(FILE)|tool.exe",
                "$Fpn(FILE)|/usr/lib/tool",
                "$Fq(FILE)|\"/usr/lib/tool.exe\"",
                "$Fqa(FILE)|'/usr/lib/tool.exe'",
                "$Fw(FILE)|\\usr\\lib\\tool.exe",
                "$Fn(plain)|plain",
                "$DIRNAME(FILE)|/usr/lib/",
                "$BASENAME(FILE)|tool.exe",
                "$ENV(SHELL_NAME)|sh",
                "$ENV(NOPE)|UNDEFINED",
                "$ENV(NOPE:$(N))|12",
                "$RANDOM_INTEGER(5,5)|5",
                "$RANDOM_CHOICE(only)|only",
            })
    void functionsGiveWhatTheManualSays(String text, String expected) {
        CondorConfig config =
                CondorConfig.load(
                        TestConfigs.source(
                                new MemoryFiles()
                                        .put(
                                                TestConfigs.ROOT,
                                                "N = 12",
                                                "NAME = abcdef",
                                                "LIST = x, y z",
                                                "IX = 2",
                                                "AREA = $(N) * 6",
                                                "LOWER = toLower(\"HOST.Domain\")",
                                                "LISTING = size(split(\"a b\")) * 10",
                                                "FILE = /usr/lib/tool.exe",
                                                "X = " + text),
                                Map.of("SHELL_NAME", "sh")));
        assertThat(config.get("X")).contains(expected);
    }

    @Test
    void emptyPartsOfAStringAreEmpty() {
        assertThat(x("NAME = abcdef", "X = <$SUBSTR(NAME,4,-3)>")).isEqualTo("<>");
        assertThat(x("X = <$Fx(a)$Fp(a)$Fd(/a)>")).isEqualTo("</>");
    }

    @Test
    void randomNumbersStayInRangeAndOnTheirSteps() {
        Set<String> drawn = new TreeSet<>();
        for (int seed = 0; seed < 300; seed++) {
            drawn.add(random(seed, "$RANDOM_INTEGER(-4, 5, 3)"));
        }
        assertThat(drawn).containsExactlyInAnyOrder("-4", "-1", "2", "5");
    }

    @Test
    void randomChoicesAreAmongTheItems() {
        Set<String> drawn = new TreeSet<>();
        for (int seed = 0; seed < 300; seed++) {
            drawn.add(random(seed, "$RANDOM_CHOICE(LIST)"));
        }
        assertThat(drawn).containsExactly("a", "b", "c");
    }

    private static String random(long seed, String text) {
        MemoryFiles files = new MemoryFiles().put(TestConfigs.ROOT, "LIST = a,b c", "X = " + text);
        return CondorConfig.load(TestConfigs.source(files, Map.of()).withSeed(seed))
                .get("X")
                .orElseThrow();
    }

    @Test
    void aRandomValueIsTheSameWheneverItIsAskedFor() {
        CondorConfig config = TestConfigs.of("X = $RANDOM_INTEGER(0,1000000000)");
        assertThat(config.get("X")).isEqualTo(config.get("x")).isEqualTo(config.get("X"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$(X)$(Y)|Y: Y refers to itself: Y -> X -> Y",
                "$CHOICE(3,a,b)|Y: the index of $CHOICE is 3, must be 0 to 1 for this list",
                "$CHOICE(-1,a,b)|Y: the index of $CHOICE is -1, must be 0 to 1 for this list",
                "$CHOICE(1)|Y: expected $CHOICE(index, list) or $CHOICE(index, item, ...)",
                "$INT(abc)|Y: $INT: 'abc' is not a number",
                "$INT(1,%s)|Y: %s does not fit: expected one of diuxXo",
                "$INT(1,%d %d)|Y: '%d %d' has more than one conversion",
                "$INT(1,none)|Y: 'none' is not a format with one conversion",
                "$INT(1,%99999d)|Y: width or precision 99999 is more than 1000",
                "$RANDOM_INTEGER(1)|Y: expected $RANDOM_INTEGER(min, max [, step]), found 1 arguments",
                "$RANDOM_INTEGER(2,1)|Y: the range of $RANDOM_INTEGER is empty or too wide: 2 to 1",
                "$RANDOM_INTEGER(1,2,0)|Y: the step of $RANDOM_INTEGER is 0, must be 1 or more",
                "$RANDOM_CHOICE()|Y: $RANDOM_CHOICE has nothing to choose from",
                "$SUBSTR(a)|Y: expected $SUBSTR(name, start [, length])",
                "$Ff(a)|Y: $Ff works in submit files only",
            })
    void whatDoesNotExpandSaysWhyAndWhere(String text, String message) {
        CondorConfig config = TestConfigs.of("X = $(Y)", "Y = " + text);
        assertThatThrownBy(() -> config.get("Y"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(TestConfigs.ROOT + ":2: error: " + message);
    }

    @Test
    void valuesThatGrowWithoutEndAreRefused() {
        String[] lines = new String[60];
        lines[0] = "A0 = xxxxxxxxxx";
        for (int i = 1; i < lines.length; i++) {
            lines[i] = "A" + i + " = $(A" + (i - 1) + ")$(A" + (i - 1) + ")";
        }
        CondorConfig config = TestConfigs.of(lines);
        assertThatThrownBy(() -> config.get("A59"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expands to more than");
        lines[0] = "A0 =";
        assertThatThrownBy(() -> TestConfigs.of(lines).get("A59"))
                .hasMessageContaining("characters to expand");
    }

    @Test
    void deepChainsAreRefusedWithoutOverflowingTheStack() {
        String[] lines = new String[5000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "A" + i + " = $(A" + (i + 1) + ")";
        }
        CondorConfig config = TestConfigs.of(lines);
        assertThatThrownBy(() -> config.get("A0")).hasMessageContaining("within each other");
        assertThat(config.get("A4950")).contains("");
        String nested = "$(B:".repeat(1000) + ")".repeat(1000);
        assertThatThrownBy(() -> TestConfigs.of("X = " + nested).get("X"))
                .hasMessageContaining("within each other");
    }

    @Test
    void unclosedMacrosTakeLinearTime() {
        assertThat(x("X = " + "$(".repeat(200_000)).length()).isEqualTo(400_000);
        // Only the innermost is a macro: $(a ).
        String nested = "$(a ".repeat(100_000) + ")".repeat(100_000);
        assertThat(x("X = " + nested).length()).isEqualTo(nested.length() - 5);
    }
}
