// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A million inputs: texts made by grammar and then damaged must give an ad or the one documented
 * exception, and evaluating what comes out must give a value, always, and soon.
 */
@Timeout(180)
class FuzzTest {
    private static final int GRAMMAR_INPUTS = 400_000;
    private static final int DAMAGED_INPUTS = 600_000;
    private static final EvalContext CONTEXT =
            EvalContext.DEFAULT
                    .withClock(Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC))
                    .withSeed(1)
                    .withAccounts(NoAccounts.INSTANCE);

    private enum NoAccounts implements Accounts {
        INSTANCE;

        @Override
        public Optional<String> home(String user) {
            return Optional.empty();
        }

        @Override
        public Optional<List<String>> groups(String map, String user) {
            return Optional.empty();
        }
    }

    @Test
    void evaluationOfGrammaticalInputNeverThrows() {
        long seed = Seeds.of("grammar fuzz");
        RandomClassAds make = new RandomClassAds(new SplittableRandom(seed));
        ClassAd my = make.ad(12);
        ClassAd target = make.ad(12);
        for (int i = 0; i < GRAMMAR_INPUTS; i++) {
            if (i % 100 == 0) {
                my = make.ad(12);
                target = make.ad(12);
            }
            Expr expr = make.expr(4);
            EvalContext context = i % 2 == 0 ? CONTEXT : CONTEXT.withMode(Mode.STRICT);
            try {
                Value value = Evaluator.evaluate(expr, my, target, context);
                if (value instanceof Value.ListValue list) {
                    list.toList();
                }
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed %d, input %d: %s".formatted(seed, i, expr), e);
            }
        }
    }

    @Test
    void damagedInputIsReadOrRefusedWithItsPlace() {
        long seed = Seeds.of("damage fuzz");
        SplittableRandom random = new SplittableRandom(seed);
        RandomClassAds make = new RandomClassAds(random);
        List<String> texts = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < DAMAGED_INPUTS; i++) {
            if (i % 1000 == 0) {
                texts.clear();
                for (Format format :
                        List.of(
                                Format.LONG,
                                Format.LONG,
                                Format.NEW,
                                Format.NEW,
                                Format.NEW,
                                Format.JSON,
                                Format.XML)) {
                    texts.add(Unparser.toString(format, List.of(make.ad(3))));
                }
            }
            String text = damaged(texts.get(random.nextInt(texts.size())), random);
            try {
                ClassAd ad =
                        ClassAdParser.parseAd(
                                text, Format.AUTO, i % 2 == 0 ? Mode.OLD : Mode.STRICT);
                for (String name : ad.names()) {
                    ad.evaluate(name, ad, CONTEXT);
                }
            } catch (ClassAdException e) {
                refused++;
                assertThat(e.line()).isPositive();
                assertThat(e.column()).isPositive();
                assertThat(e.expected()).isNotEmpty();
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed %d, input %d: %s".formatted(seed, i, text), e);
            }
        }
        // Both outcomes must be common, or this tests one thing only.
        assertThat(refused).isBetween(DAMAGED_INPUTS / 10, DAMAGED_INPUTS * 9 / 10);
    }

    private static final String ALPHABET =
            "\"\\'()[]{}<>=!?:;,.&|+-*/%~^ \n\t0123456789eExXkKaAfnu_#$\u0000\u00e9\ud800";

    private static String damaged(String text, SplittableRandom random) {
        StringBuilder out = new StringBuilder(text);
        for (int n = random.nextInt(3); n >= 0 && out.length() > 0; n--) {
            int at = random.nextInt(out.length());
            char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            switch (random.nextInt(5)) {
                case 0 -> out.setCharAt(at, c);
                case 1 -> out.insert(at, c);
                case 2 -> out.deleteCharAt(at);
                case 3 -> out.delete(at, Math.min(out.length(), at + random.nextInt(10)));
                default -> {
                    int from = random.nextInt(out.length());
                    int to = Math.min(out.length(), from + random.nextInt(12));
                    out.insert(at, out.substring(from, to));
                }
            }
        }
        return out.toString();
    }
}
