// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FormsTest {
    private static final ClassAd MIXED =
            ClassAd.parse(
                    """
                    [ Int = -5; Real = 0.1; Big = 1e300; Inf = -real("INF"); Bool = TRUE;
                      Nothing = undefined; Bad = error; Text = "a\\"b\\\\c\\n\\001<&>";
                      Path = "C:\\\\"; Quote = "say \\"\\n x"; Tricky = "/Expr(1)/";
                      List = {1, {2, "x"}, [a = 1]}; Empty = {}; None = [];
                      At = absTime("2004-01-01T00:00:00-06:00"); Span = relTime("1+02:03:04.500");
                      Expr = (A + 1) * .B - MY.c >= -x && f(1, "C:\\\\") ?: y[0];
                      'odd name' = 'x y' + 1; 'is' = 1; Cond = a ? b : -9223372036854775808 ]
                    """);

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"LONG", "NEW", "JSON", "XML"})
    void whatIsPrintedReadsBackAsTheSame(Format format) throws IOException {
        ClassAd other = ClassAd.parse("A = 1\nB = \"x\"\n");
        String text = Unparser.toString(format, List.of(MIXED, other, MIXED));

        try (ClassAdReader reader = ClassAdReader.open(new StringReader(text))) {
            assertThat(reader.readAll()).containsExactly(MIXED, other, MIXED);
        }
    }

    @Test
    void anAdIsAnObjectForJackson() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        String json = mapper.writeValueAsString(List.of(MIXED));

        assertThat(mapper.readerForListOf(ClassAd.class).<List<ClassAd>>readValue(json))
                .containsExactly(MIXED);
    }
}
