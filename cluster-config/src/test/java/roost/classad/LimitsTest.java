// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Reader;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing overflows a stack, nothing runs on, nothing grows without end. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitsTest {
    /** A small stack: what fits here fits every thread of a daemon. */
    private static void onSmallStack(Runnable body) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, body, "small stack", 512 * 1024);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        thread.join();
        assertThat(failure.get()).isNull();
    }

    @ParameterizedTest(name = "{0}...")
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "( => )",
                "! => ``",
                "- => ``",
                "{ => }",
                "f( => )",
                "[a= => ]",
                "a[ => ]",
                "a? => :b",
                "a?: => ``",
                "1+( => )"
            })
    void deepNestingIsRefusedWithItsPlace(String open, String close) throws InterruptedException {
        onSmallStack(
                () -> {
                    String fits = open.repeat(150) + "1" + close.repeat(150);
                    Expr expr = Expr.parse(fits);
                    assertThat(Expr.parse(expr.toString())).isEqualTo(expr);
                    Evaluator.evaluate(expr, ClassAd.EMPTY);
                    for (int depth : new int[] {1_000, 1_000_000}) {
                        String deep = open.repeat(depth) + "1" + close.repeat(depth);
                        assertThatThrownBy(() -> Expr.parse(deep))
                                .isInstanceOf(ClassAdException.class)
                                .hasMessageContaining("levels of nesting");
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"a\":[", "<c><a n=\"a\"><l>", "<c><a n=\"a\"><c>"})
    void deepNestingOfAnyFormIsRefused(String open) throws InterruptedException {
        onSmallStack(
                () ->
                        assertThatThrownBy(() -> ClassAd.parse(open.repeat(100_000)))
                                .isInstanceOf(ClassAdException.class));
    }

    @Test
    void selectionFromListsOfListsThatSelectAgainIsAnError() throws InterruptedException {
        StringBuilder ad = new StringBuilder("l0 = {l150.y}\n");
        for (int i = 1; i <= 150; i++) {
            ad.append("l%d = {l%d}%n".formatted(i, i - 1));
        }
        onSmallStack(
                () ->
                        assertThat(
                                        Evaluator.evaluate(
                                                Expr.parse("l150.y"), ClassAd.parse(ad.toString())))
                                .isEqualTo(Value.ERROR));
    }

    @Test
    void aLongChainOfOneOperatorIsLimitedAndOfLogicIsNot() throws InterruptedException {
        onSmallStack(
                () -> {
                    Expr sum = Expr.parse("1" + " + 1".repeat(900));
                    assertThat(Evaluator.evaluate(sum, ClassAd.EMPTY)).hasToString("901");
                    assertThatThrownBy(() -> Expr.parse("1" + " + 1".repeat(5_000)))
                            .hasMessageContaining("at most 1000 levels");
                    Expr or = Expr.parse("false" + " || x == 5".repeat(20_000));
                    assertThat(Evaluator.evaluate(or, ClassAd.parse("x = 5")))
                            .isEqualTo(Value.Bool.TRUE);
                });
    }

    @Test
    void referencesAreFollowedFarAndNotForever() throws InterruptedException {
        ClassAd.Builder chain = ClassAd.builder();
        for (int i = 0; i < 5_000; i++) {
            chain.putExpr("a" + i, "a" + (i + 1) + " + 1");
        }
        ClassAd ad = chain.put("a400", Value.Int.of(0)).build();
        onSmallStack(
                () -> {
                    assertThat(ad.evaluate("a0")).hasToString("400");
                    assertThat(ad.evaluate("a401")).isEqualTo(Value.ERROR);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A = A",
                "A = B\nB = A",
                "A = isError(A) || true",
                "A = eval(\"A\")",
                "A = { A }[0]",
                "A = [ x = A ].x",
                "A = strcat(A, A)",
                "A = A.b",
                "A = ifThenElse(true, A, 1)",
                "A = MY.A + TARGET.A"
            })
    void goingInCirclesIsAnError(String text) throws InterruptedException {
        ClassAd ad = ClassAd.parse(text);
        onSmallStack(
                () -> assertThat(ad.evaluate("A", ad, EvalContext.DEFAULT)).isEqualTo(Value.ERROR));
    }

    @Test
    void workIsLimitedWhereDepthIsNot() {
        ClassAd.Builder ad = ClassAd.builder();
        for (int i = 0; i < 60; i++) {
            ad.putExpr("a" + i, "a" + (i + 1) + " + a" + (i + 1));
            ad.putExpr("s" + i, "strcat(s" + (i + 1) + ",s" + (i + 1) + ")");
            ad.putExpr("l" + i, "size({ l" + (i + 1) + ",1 }) + l" + (i + 1) + " + l" + (i + 1));
        }
        ad.putInt("a60", 1).put("s60", "x").putInt("l60", 1);
        assertThat(ad.build().evaluate("a0")).isEqualTo(Value.ERROR);
        assertThat(ad.build().evaluate("s0")).isEqualTo(Value.ERROR);
        assertThat(ad.build().evaluate("l0")).isEqualTo(Value.ERROR);
        assertThat(ad.build().evaluate("a50")).hasToString("1024");
        assertThat(ad.build().evaluate("s50")).isEqualTo(Value.Str.of("x".repeat(1024)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(a|aa)+$",
                "(a*)*b",
                "^(([a-z])+.)+[A-Z]([a-z])+$",
                "(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)x",
                "((a?){30}){30}b",
                "(((a|)|)|)*(((a|)|)|)*(((a|)|)|)*(((a|)|)|)*(((a|)|)|)*(((a|)|)|)*x",
                "((((((((((a*)*)*)*)*)*)*)*)*)*)*b",
                "(((a*)*)*)*b",
                "(a|b|c)*d"
            })
    void noRegularExpressionRunsOn(String pattern) {
        for (String text : new String[] {"", "a".repeat(40), "ab".repeat(50_000)}) {
            ClassAd ad = ClassAd.builder().put("P", pattern).put("T", text).build();
            long start = System.nanoTime();
            Evaluator.evaluate(Expr.parse("regexp(P, T) || regexps(P, T, \"x\") == \"x\""), ad);
            assertThat((System.nanoTime() - start) / 1_000_000)
                    .as("milliseconds")
                    .isLessThan(2_000);
        }
    }

    /**
     * What the list above does not think of: Java's matcher can loop without looking at the text.
     */
    @Test
    void randomRegularExpressionsEndSoon() {
        long seed = Seeds.of("regular expressions");
        SplittableRandom random = new SplittableRandom(seed);
        String[] texts = {"", "a".repeat(30), "ab".repeat(200)};
        int compiled = 0;
        for (int i = 0; i < 1_000; i++) {
            String pattern = pattern(random, 2 + random.nextInt(5)) + "x";
            Regex regex = Regex.compile(pattern, "");
            if (regex != null) {
                compiled++;
                for (String text : texts) {
                    long start = System.nanoTime();
                    regex.find(new Evaluation(EvalContext.DEFAULT), text);
                    assertThat((System.nanoTime() - start) / 1_000_000)
                            .as("milliseconds of %s, seed %d", pattern, seed)
                            .isLessThan(5_000);
                }
            }
        }
        assertThat(compiled).isGreaterThan(300);
    }

    private static String pattern(SplittableRandom random, int depth) {
        String[] atoms = {"a", "b", ".", "[ab]", "", "^", "$", "\\b", "a?", "a*", "b+", "\\1"};
        String[] repeats = {"*", "+", "?", "{2,5}", "{0,9}", "*?", "{30}"};
        if (depth == 0) {
            return atoms[random.nextInt(atoms.length)];
        }
        String a = pattern(random, depth - 1);
        return switch (random.nextInt(6)) {
            case 0 -> "(" + a + ")";
            case 1 -> "(" + a + "|" + pattern(random, depth - 1) + ")";
            case 2 -> a + pattern(random, depth - 1);
            case 3 -> "(" + a + ")" + repeats[random.nextInt(repeats.length)];
            case 4 -> "(?=" + a + ")" + pattern(random, depth - 1);
            default -> "(" + a + ")*";
        };
    }

    @Test
    void tooManyAttributesAreRefused() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i <= Limits.ATTRIBUTES; i++) {
            text.append('a').append(i).append("=1\n");
        }
        assertThatThrownBy(() -> ClassAd.parse(text.toString()))
                .isInstanceOf(ClassAdException.class)
                .hasMessageContaining("at most 20000 attributes");
    }

    /** A stream that never ends is given up when one ad has become too long. */
    @ParameterizedTest
    @ValueSource(strings = {"a=1;\n", "x", "[a=\"", "<c>   ", "{\"a\":\"", "A = \"", "<!-- ", "[ "})
    void anEndlessStreamIsGivenUp(String start) {
        Reader endless =
                new Reader() {
                    private int pos;

                    @Override
                    public int read(char[] target, int offset, int length) {
                        for (int i = 0; i < length; i++) {
                            boolean first = pos < start.length();
                            target[offset + i] = first ? start.charAt(pos) : 'x';
                            pos = Math.min(pos + 1, start.length());
                        }
                        return length;
                    }

                    @Override
                    public void close() {}
                };
        assertThatThrownBy(() -> ClassAdReader.open(endless).next())
                .isInstanceOf(ClassAdException.class);
    }
}
