// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operator with every pair of types, in both modes. A table has a line for each type on the
 * left and a letter in it for each type on the right, in the order of {@link #OPERANDS}: the type
 * of the result. Undefined and error are not in the tables, since they are the same for all strict
 * operators.
 */
class OperatorTableTest {
    /**
     * u undefined, e error, b boolean, i integer, r real, s string, a and t times, l list, c ad.
     */
    private static final String TYPES = "birsatlc";

    private static final List<String> OPERANDS =
            List.of(
                    "true",
                    "6",
                    "2.5",
                    "\"x\"",
                    "absTime(\"2024-02-29T00:00:00+00:00\")",
                    "relTime(60)",
                    "{1}",
                    "[a = 1]");

    private static final String NUMBERS_ONLY =
            """
            i i r e e e e e
            i i r e e e e e
            r r r e e e e e
            e e e e e e e e
            """;
    private static final String NO_LISTS_OR_ADS = "e e e e e e e e\ne e e e e e e e\n";

    private static final String MULTIPLY =
            """
            i i r e e t e e
            i i r e e t e e
            r r r e e t e e
            e e e e e e e e
            e e e e e e e e
            t t t e e e e e
            """;
    private static final String DIVIDE = NUMBERS_ONLY + "e e e e e e e e\nt t t e e e e e\n";
    private static final String MODULUS =
            """
            i i e e e e e e
            i i e e e e e e
            e e e e e e e e
            e e e e e e e e
            e e e e e e e e
            e e e e e e e e
            """;
    private static final String ADD = NUMBERS_ONLY + "e e e e e a e e\ne e e e a t e e\n";
    private static final String SUBTRACT = NUMBERS_ONLY + "e e e e t a e e\ne e e e e t e e\n";
    private static final String BITS =
            """
            e e e e e e e e
            e i e e e e e e
            e e e e e e e e
            e e e e e e e e
            e e e e e e e e
            e e e e e e e e
            """;
    private static final String COMPARE =
            """
            b b b e e e e e
            b b b e e e e e
            b b b e e e e e
            e e e b e e e e
            e e e e b e e e
            e e e e e b e e
            """;
    private static final String IDENTITY =
            """
            b b b b b b b b
            b b b b b b b b
            b b b b b b b b
            b b b b b b b b
            b b b b b b b b
            b b b b b b b b
            b b b b b b e b
            b b b b b b b e
            """;

    private static String table(Binary.Op op) {
        String table =
                switch (op) {
                    case MULTIPLY -> MULTIPLY;
                    case DIVIDE -> DIVIDE;
                    case MODULUS -> MODULUS;
                    case ADD -> ADD;
                    case SUBTRACT -> SUBTRACT;
                    case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_UNSIGNED, AND, XOR, OR -> BITS;
                    case LESS, LESS_EQUAL, GREATER_EQUAL, GREATER, EQUAL, NOT_EQUAL -> COMPARE;
                    case META_EQUAL, META_NOT_EQUAL -> IDENTITY;
                };
        return (table.lines().count() == 8 ? table : table + NO_LISTS_OR_ADS).replace(" ", "");
    }

    private static boolean isIdentity(Binary.Op op) {
        return op == Binary.Op.META_EQUAL || op == Binary.Op.META_NOT_EQUAL;
    }

    private static Value eval(String text, Mode mode) {
        return Evaluator.evaluate(
                ClassAdParser.parseExpr(text, mode), ClassAd.EMPTY, null, EvalContext.of(mode));
    }

    private static String letter(Value value) {
        return switch (value.typeName()) {
            case "undefined" -> "u";
            case "absolute time" -> "a";
            case "relative time" -> "t";
            case "record" -> "c";
            default -> value.typeName().substring(0, 1);
        };
    }

    @ParameterizedTest
    @EnumSource(Binary.Op.class)
    void everyPairOfTypesHasItsResult(Binary.Op op) {
        List<String> rows = table(op).lines().toList();
        for (Mode mode : Mode.values()) {
            for (int left = 0; left < TYPES.length(); left++) {
                for (int right = 0; right < TYPES.length(); right++) {
                    String text = OPERANDS.get(left) + " " + op.symbol + " " + OPERANDS.get(right);
                    assertThat(letter(eval(text, mode)))
                            .as("%s in %s mode", text, mode)
                            .isEqualTo(rows.get(left).substring(right, right + 1));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Binary.Op.class)
    void errorBeatsUndefinedAndUndefinedBeatsAnyValue(Binary.Op op) {
        for (Mode mode : Mode.values()) {
            for (String operand : OPERANDS) {
                String u = isIdentity(op) ? "b" : "u";
                String e = isIdentity(op) ? "b" : "e";
                assertThat(letter(eval("undefined " + op.symbol + operand, mode))).isEqualTo(u);
                assertThat(letter(eval(operand + op.symbol + " undefined", mode))).isEqualTo(u);
                assertThat(letter(eval("error " + op.symbol + operand, mode))).isEqualTo(e);
                assertThat(letter(eval(operand + op.symbol + " error", mode))).isEqualTo(e);
                assertThat(letter(eval("undefined " + op.symbol + " error", mode))).isEqualTo(e);
                assertThat(letter(eval("error " + op.symbol + " undefined", mode))).isEqualTo(e);
                assertThat(letter(eval("undefined " + op.symbol + " undefined", mode)))
                        .isEqualTo(u);
            }
        }
    }

    /** In the order undefined, error, then that of the operands. */
    @ParameterizedTest(name = "{0}x: {1}, strict {2}")
    @CsvSource({
        "!, uebbbeeeee, uebeeeeeee",
        "~, ueeieeeeee, ueeieeeeee",
        "+, ueeireetee, ueeireetee",
        "-, ueeireetee, ueeireetee"
    })
    void everyUnaryOperatorHasItsResultForEveryType(String op, String old, String strict) {
        assertThat(unary(op, Mode.OLD)).isEqualTo(old);
        assertThat(unary(op, Mode.STRICT)).isEqualTo(strict);
    }

    private static String unary(String op, Mode mode) {
        StringBuilder letters = new StringBuilder();
        letters.append(letter(eval(op + "undefined", mode)));
        letters.append(letter(eval(op + "error", mode)));
        OPERANDS.forEach(x -> letters.append(letter(eval(op + "(" + x + ")", mode))));
        return letters.toString();
    }

    /** What an operand counts as in a condition: T, F, U or E, by mode. */
    private static final List<String[]> CONDITIONS =
            List.of(
                    new String[] {"true", "T", "T"},
                    new String[] {"false", "F", "F"},
                    new String[] {"undefined", "U", "U"},
                    new String[] {"error", "E", "E"},
                    new String[] {"6", "T", "E"},
                    new String[] {"0", "F", "E"},
                    new String[] {"2.5", "T", "E"},
                    new String[] {"0.0", "F", "E"},
                    new String[] {"\"x\"", "E", "E"},
                    new String[] {"absTime(0)", "E", "E"},
                    new String[] {"relTime(1)", "E", "E"},
                    new String[] {"{1}", "E", "E"},
                    new String[] {"[a = 1]", "E", "E"});

    private static String and(String a, String b) {
        return switch (a) {
            case "F", "E" -> a;
            case "T" -> b;
            default -> b.equals("F") || b.equals("E") ? b : "U";
        };
    }

    private static String or(String a, String b) {
        return switch (a) {
            case "T", "E" -> a;
            case "F" -> b;
            default -> b.equals("T") || b.equals("E") ? b : "U";
        };
    }

    private static String truth(Value value) {
        return value.toString().substring(0, 1).toUpperCase(Locale.ROOT);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void threeValuedLogicHoldsForEveryPairOfTypes(Mode mode) {
        int column = 1 + mode.ordinal();
        for (String[] a : CONDITIONS) {
            for (String[] b : CONDITIONS) {
                assertThat(truth(eval(a[0] + " && " + b[0], mode)))
                        .as("%s && %s", a[0], b[0])
                        .isEqualTo(and(a[column], b[column]));
                assertThat(truth(eval(a[0] + " || " + b[0], mode)))
                        .as("%s || %s", a[0], b[0])
                        .isEqualTo(or(a[column], b[column]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aChainIsWorthWhatItsTreeIsWorth(Mode mode) {
        for (String[] a : CONDITIONS) {
            for (String[] b : CONDITIONS) {
                for (String[] c : CONDITIONS) {
                    for (String op : List.of(" && ", " || ")) {
                        String chain = a[0] + op + b[0] + op + c[0];
                        String tree = "(" + a[0] + op + b[0] + ")" + op + c[0];
                        assertThat(eval(chain, mode)).as(chain).isEqualTo(eval(tree, mode));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aConditionChoosesByItsTruth(Mode mode) {
        for (String[] c : CONDITIONS) {
            String expected =
                    switch (c[1 + mode.ordinal()]) {
                        case "T" -> "1";
                        case "F" -> "2";
                        case "U" -> "undefined";
                        default -> "error";
                    };
            assertThat(eval(c[0] + " ? 1 : 2", mode)).as(c[0]).hasToString(expected);
            String kept = c[0].equals("undefined") ? "7" : eval(c[0], mode).toString();
            assertThat(eval(c[0] + " ?: 7", mode)).as(c[0]).hasToString(kept);
        }
    }

    @Test
    void onlyTheChosenBranchIsEvaluated() {
        assertThat(eval("true ? 1 : Loop", Mode.OLD)).hasToString("1");
        ClassAd loop = ClassAd.parse("Loop = Loop + 1\nA = false ? Loop : 1\nB = false && Loop\n");
        assertThat(loop.evaluate("A")).hasToString("1");
        assertThat(loop.evaluate("B")).hasToString("false");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            textBlock =
                    """
                    1 + 2 * 3 == 7 => true
                    7 - 2 - 1 => 4
                    100 / 10 / 5 => 2
                    1 << 2 + 1 => 8
                    1 << 1 << 1 => 4
                    1 < 2 == true => true
                    1 | 2 ^ 3 & 2 => 1
                    5 & 4 == 4 => error
                    true || false && false => true
                    false ? 1 : false ? 2 : 3 => 3
                    true ? false ? 1 : 2 : 3 => 2
                    !false && false => false
                    -2 * -3 => 6
                    - - 3 => 3
                    ~-1 => 0
                    2 * 3 % 4 => 2
                    -8 >> 1 => -4
                    -8 >>> 61 => 7
                    1 is 1 => true
                    1 isnt 1 => false
                    undefined is undefined && 1 IsNt 2 => true
                    """)
    void operatorsBindAsTheTableOfPrecedenceSays(String text, String expected) {
        assertThat(eval(text, Mode.OLD)).hasToString(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            textBlock =
                    """
                    9223372036854775807 + 1 => -9223372036854775808
                    -9223372036854775808 - 1 => 9223372036854775807
                    -9223372036854775808 / -1 => -9223372036854775808
                    4611686018427387904 * 2 => -9223372036854775808
                    9223372036854775808 => 9223372036854775807
                    1e308 * 10 => error
                    -1e308 * 10 => real("-INF")
                    1.0 / 0.0 => error
                    0.0 / 0.0 => real("NaN")
                    real("NaN") == real("NaN") => false
                    real("NaN") =?= real("NaN") => false
                    0.0 == -0.0 => true
                    "a" < "B" => true
                    "abc" < "abcd" => true
                    "A" == "a" => true
                    "\u00c4" == "\u00e4" => false
                    true < 2 => true
                    true == 1.0 => true
                    false == true => false
                    absTime(10,0) - relTime(4) == absTime(6,3600) => true
                    absTime(10,0) =?= absTime(10,3600) => false
                    relTime(10) / 4 => relTime("02.500")
                    relTime(10) / 0 => error
                    3 * relTime(10) => relTime("30")
                    -relTime(1) => relTime("-01")
                    absTime(10,0) - absTime(4,0) => relTime("06")
                    1G => 1073741824.0
                    1.5k => 1536.0
                    2T => 2199023255552.0
                    """)
    void valuesAtTheEdgesOfTheirTypes(String text, String expected) {
        assertThat(eval(text, Mode.OLD)).hasToString(expected);
    }

    @ParameterizedTest(name = "{0} is {1}, strict {2}")
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            textBlock =
                    """
                    A && true => true => error
                    MY.A => 1 => undefined
                    self.A => 1 => 1
                    OnlyB => 2 => undefined
                    TARGET.OnlyB => 2 => 2
                    other.OnlyB => undefined => 2
                    CurrentTime > 0 => true => undefined
                    size("\\n") => 2 => 1
                    """)
    void theModesDifferWhereTheyShould(String text, String old, String strict) {
        ClassAd my = ClassAd.parse("A = 1\n");
        ClassAd target = ClassAd.parse("OnlyB = 2\n");
        for (Mode mode : Mode.values()) {
            Expr expr = ClassAdParser.parseExpr(text, mode);
            assertThat(Evaluator.evaluate(expr, my, target, EvalContext.of(mode)))
                    .as("%s mode", mode)
                    .hasToString(mode == Mode.OLD ? old : strict);
        }
    }
}
