// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is printed reads back as the same, for random ads and expressions. */
@Timeout(60)
class RoundTripTest {
    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"LONG", "NEW", "JSON", "XML"})
    void randomAdsSurviveBeingPrintedAndRead(Format format) throws IOException {
        long seed = Seeds.of("round trip");
        RandomClassAds make = new RandomClassAds(new SplittableRandom(seed));
        for (int i = 0; i < 3_000; i++) {
            List<ClassAd> ads = new ArrayList<>(List.of(make.ad(8), make.ad(8)));
            // An empty ad is nothing between two empty lines.
            ads.removeIf(ad -> format == Format.LONG && ad.isEmpty());
            String text = Unparser.toString(format, ads);
            try (ClassAdReader in =
                    ClassAdReader.open(new StringReader(text), format, Mode.OLD, null)) {
                assertThat(in.readAll()).as("seed %d: %s", seed, text).isEqualTo(ads);
            }
        }
    }

    @Test
    void randomExpressionsSurviveBeingPrintedAndRead() {
        long seed = Seeds.of("expressions");
        RandomClassAds make = new RandomClassAds(new SplittableRandom(seed));
        for (int i = 0; i < 30_000; i++) {
            Expr expr = make.expr(5);
            String old = Unparser.expression(expr);
            assertThat(ClassAdParser.parseExpr(old, Mode.OLD)).as(old).isEqualTo(expr);
            String text = Unparser.newExpression(expr);
            assertThat(ClassAdParser.parseExpr(text, Mode.STRICT)).as(text).isEqualTo(expr);
        }
    }
}
