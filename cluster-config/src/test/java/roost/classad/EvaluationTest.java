// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What expressions come to; a row is an expression and its value as printed, both in old mode. */
class EvaluationTest {
    private static final ClassAd MY =
            ClassAd.parse(
                    """
                    A = 1
                    B = 2.5
                    S = "abc"
                    L = { 1,A,"x" }
                    R = [ a = 10; b = a + 1; c = parent.A; inner = [ a = 100; up = b ] ]
                    Loop = Loop + 1
                    Loop1 = Loop2
                    Loop2 = Loop1
                    Both = "mine"
                    Seen = TARGET.Back
                    """);
    private static final ClassAd TARGET =
            ClassAd.parse(
                    """
                    X = A + 1
                    Y = MY.Both
                    Z = TARGET.Both
                    Both = "theirs"
                    Back = TARGET.A
                    """);

    static String eval(String text) {
        return Evaluator.evaluate(Expr.parse(text), MY, TARGET, EvalContext.DEFAULT).toString();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            textBlock =
                    """
                    1 + 2 * 3               => 7
                    (1 + 2) * 3             => 9
                    7 / 2                   => 3
                    -7 / 2                  => -3
                    -7 % 3                  => -1
                    1 / 0                   => error
                    1 % 0                   => error
                    1.0 / 0                 => error
                    -1.0 / 0                => real("-INF")
                    5 % 2.0                 => error
                    1 + 2.5                 => 3.5
                    true + true             => 2
                    -true                   => error
                    "a" + 1                 => error
                    9223372036854775807 + 1 => -9223372036854775808
                    1K                      => 1024.0
                    3B                      => 3.0
                    "ABC" == "abc"          => true
                    "ABC" =?= "abc"         => false
                    1 == 1.0                => true
                    1 =?= 1.0               => false
                    1 == true               => true
                    1 =?= true              => false
                    1 == "1"                => error
                    undefined == 1          => undefined
                    undefined =?= undefined => true
                    error =?= error         => true
                    error =!= 1             => true
                    {1} =?= {1}             => error
                    a =?= {1}               => false
                    undefined && false      => false
                    undefined && error      => error
                    error && false          => error
                    false && error          => false
                    undefined || true       => true
                    error || true           => error
                    "x" || true             => error
                    true || "x"             => true
                    2 && 3                  => true
                    0.0 || 0                => false
                    !5                      => false
                    !undefined              => undefined
                    1 ? 2 : 3               => 2
                    undefined ? 2 : 3       => undefined
                    "x" ? 2 : 3             => error
                    undefined ?: 3          => 3
                    error ?: 3              => error
                    0 ?: 3                  => 0
                    A                       => 1
                    a                       => 1
                    L[1]                    => 1
                    L[3]                    => error
                    L[-1]                   => error
                    L[undefined]            => undefined
                    R["b"]                  => 11
                    R["nope"]               => error
                    R.nope                  => undefined
                    R.c                     => 1
                    R.inner.up              => 11
                    {[a = 1], [b = 2]}.a    => { 1,undefined }
                    5 .a                    => error
                    X                       => 2
                    Y                       => "theirs"
                    Z                       => "mine"
                    Both                    => "mine"
                    TARGET.Both             => "theirs"
                    MY.Both                 => "mine"
                    MY.X                    => undefined
                    Seen                    => 1
                    Loop                    => error
                    Loop1                   => error
                    isError(Loop)           => error
                    nosuchfunction(1)       => error
                    1 << 4 >> 2             => 4
                    -1 >>> 60               => 15
                    6 & 3                   => 2
                    6 ^ 3                   => 5
                    6 | 3                   => 7
                    ~5                      => -6
                    """)
    void evaluatesInTwoAds(String text, String expected) {
        assertThat(eval(text)).isEqualTo(expected);
    }
}
