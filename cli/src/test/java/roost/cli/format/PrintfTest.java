// SPDX-License-Identifier: Apache-2.0
package roost.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import roost.classad.Expr;
import roost.classad.Value;

class PrintfTest {
    @ParameterizedTest(name = "{0} of {1} is {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "%d|5|5",
                "%5d!|42|`   42!`",
                "%-5d!|42|`42   !`",
                "%05d|-42|-0042",
                "%+d|7|+7",
                "%.3d|7|007",
                "%x|255|ff",
                "%lld|9|9",
                "%d|3.9|3",
                "%d|true|1",
                "%d|\"text\"|``",
                "%f|2|2.000000",
                "%.1f|2.25|2.2",
                "%g|0.0001|0.0001",
                "%g|100000.0|100000",
                "%g|1000000.0|1e+06",
                "%e|12345.678|1.234568e+04",
                "%s|\"text\"|text",
                "%.2s|\"text\"|te",
                "%6s|\"text\"|`  text`",
                "%s|5|5",
                "%v|\"a\"|a",
                "%V|\"a\"|\"a\"",
                "%v|undefined|undefined",
                "100%% %d|1|100% 1",
                "no conversion|1|no conversion",
                "a\\tb %d|1|`a\tb 1`",
            })
    void aValueIsPrintedAsCPrintsIt(String format, String value, String expected) {
        assertThat(Printf.of(format).apply((Value) Expr.parse(value))).isEqualTo(expected);
    }
}
