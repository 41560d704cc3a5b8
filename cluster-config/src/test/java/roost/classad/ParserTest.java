// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private static List<ClassAd> read(String text) throws IOException {
        try (ClassAdReader reader = ClassAdReader.open(new StringReader(text))) {
            return reader.readAll();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            textBlock =
                    """
                    a+b*(c-d) => a + b * (c - d)
                    a&&b||!c => a && b || !c
                    TRUE && False => true && false
                    UNDEFINED =?= Error => undefined =?= error
                    a is b isnt c => a =?= b =!= c
                    f( 1 , "x" ) => f(1,"x")
                    {1 , 2} => { 1,2 }
                    {} => {  }
                    [a=1;;b=2;] => [ a = 1; b = 2 ]
                    [] => [  ]
                    a?b:c => a ? b : c
                    a?:c => a ?: c
                    a . b [ 0 ] => a.b[0]
                    .a => .a
                    'a b'.'c' => 'a b'.c
                    'is' => 'is'
                    1e3 => 1000.0
                    1E300 => 1E+300
                    0.1 => 0.1
                    123456789012345678.0 => 1.2345678901234568E+17
                    1.5 => 1.5
                    .5 => 0.5
                    2. => 2.0
                    - 5 => -5
                    -x => -x
                    "a\\"b\\c" => "a\\"b\\c"
                    a//b => a
                    a /* b */ + c => a + c
                    my.x > TARGET.y => my.x > TARGET.y
                    real("INF") => real("INF")
                    absTime("2024-01-01T00:00:00+00:00") => absTime("2024-01-01T00:00:00+00:00")
                    """)
    void expressionsPrintInOneStyleWithTheirParentheses(String text, String printed) {
        assertThat(Expr.parse(text)).hasToString(printed);
        assertThat(Expr.parse(printed)).isEqualTo(Expr.parse(text));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            textBlock =
                    """
                    1 + => line 1, column 4: expected an expression, found the end of the text
                    1 2 => line 1, column 3: expected an operator or the end of the expression, found '2'
                    (1 => line 1, column 3: expected an operator or ')', found the end of the text
                    f(1,) => line 1, column 5: expected an expression, found ')'
                    {1 2} => line 1, column 4: expected ',' or '}', found '2}'
                    [a 1] => line 1, column 4: expected '=' after the attribute name, found '1]'
                    [a=1 b=2] => line 1, column 6: expected an operator, ';' or ']', found 'b=2]'
                    a ? 1 => line 1, column 6: expected ':' of the condition, found the end of the text
                    "abc => line 1, column 5: expected '"' to end the string, found the end of the text
                    a.1 => line 1, column 2: expected an operator or the end of the expression, found '.1'
                    012 => line 1, column 1: expected a decimal integer without leading zero, found '012'
                    0x1F => line 1, column 2: expected the end of the number, found 'x1F'
                    1e+ => line 1, column 4: expected the digits of an exponent, found the end of the text
                    5Kb => line 1, column 3: expected the end of the number, found 'b'
                    /* x => line 1, column 1: expected '*/' to end the comment, found '/*'
                    # => line 1, column 1: expected an expression, found '#'
                    '' => line 1, column 1: expected a name between the quotes, found ''''
                    """)
    void errorsSayWhereAndWhatWasExpected(String text, String message) {
        assertThatThrownBy(() -> Expr.parse(text))
                .isInstanceOf(ClassAdException.class)
                .hasMessage(message);
    }

    @Test
    void strictModeReadsHexadecimalAndOctal() {
        assertThat(ClassAdParser.parseExpr("0x1F + 017 + 0", Mode.STRICT))
                .hasToString("31 + 15 + 0");
        assertThatThrownBy(() -> ClassAdParser.parseExpr("08", Mode.STRICT))
                .isInstanceOf(ClassAdException.class);
    }

    @Test
    void newSyntaxHasEscapes() {
        assertThat(ClassAd.parse("[ a = \"x\\ty\\101\\44\\\"\\\\\\q\" ]").getString("a"))
                .contains("x\tyA$\"\\q");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            textBlock =
                    """
                    A = "C:\\dir\\" => C:\\dir\\
                    A = "say \\"hi\\"" => say "hi"
                    A = "a\\nb" => a\\nb
                    """)
    void inLongFormABackslashIsItself(String line, String value) {
        assertThat(ClassAd.parse(line).getString("A")).contains(value);
    }

    @Test
    void aStringMayGoOnOverLinesIfTheLinesAreOneAttribute() {
        assertThat(ClassAd.parse("A = \"one\ntwo\n\nfour\"\nB = 1\n").getString("A"))
                .contains("one\ntwo\n\nfour");
        List<String> bad = new ArrayList<>();
        ClassAd ad =
                ClassAdParser.parseLongForm(
                        "A = \"one\nB = \"two\"\nC = 3\n", (line, error) -> bad.add(line));
        assertThat(bad).containsExactly("A = \"one");
        assertThat(ad).hasToString("B = \"two\"\nC = 3\n");
    }

    @Test
    void badLinesAreToldAndLeftOut() {
        List<String> bad = new ArrayList<>();
        ClassAd ad =
                ClassAdParser.parseLongForm(
                        "  # comment\nA = 1\r\nno assignment\n\n2x = 3\nB = = 2\nC = A + 1",
                        (line, error) -> bad.add(error.line() + ": " + line));
        assertThat(bad).containsExactly("3: no assignment", "5: 2x = 3", "6: B = = 2");
        assertThat(ad).hasToString("A = 1\nC = A + 1\n");
    }

    @Test
    void ofAttributesWithTheSameNameTheLastWins() {
        assertThat(ClassAd.parse("A = 1\nB = 2\na = 3\n")).hasToString("A = 3\nB = 2\n");
        assertThat(ClassAd.parse("[ A = 1; a = 3 ]")).hasToString("A = 3\n");
        assertThat(ClassAd.parse("{\"A\": 1, \"a\": 3}")).hasToString("A = 3\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A = 1\n\nB = 2\n",
                "\n\n*** Offset = 0\nA = 1\n---\n# x\nB = 2",
                "[A = 1] [B = 2]",
                "{ [ A = 1 ],\n[ B = 2; ] }",
                "[A = 1 /* ] */ ] // [\n/* [ */ [ B = 2 // ]\n ]",
                "{\"A\": 1} {\"B\": 2}",
                "[{\"A\": 1}, {\"B\": 2}]",
                "<?xml version=\"1.0\"?>\n<!DOCTYPE classads SYSTEM \"classads.dtd\">\n<classads>"
                        + "<c><a n=\"A\"><i>1</i></a></c><c><a n=\"B\"><i>2</i></a></c></classads>"
            })
    void manyAdsComeFromOneStream(String text) throws IOException {
        assertThat(read(text)).containsExactly(ClassAd.parse("A = 1"), ClassAd.parse("B = 2"));
    }

    @Test
    void anEmptyStreamHasNoAds() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("\n# nothing\n\n")).isEmpty();
    }

    @Test
    void errorsInStreamsCountLinesFromTheBeginning() {
        assertThatThrownBy(() -> read("A = 1\n\nB = 2\nC = (\n"))
                .hasMessage("line 4, column 6: expected an expression, found the end of the text");
        assertThatThrownBy(() -> read("[A = 1]\n[B = 2;\n C = ]"))
                .hasMessage("line 3, column 6: expected an expression, found ']'");
        assertThatThrownBy(() -> read("{\"A\": 1,\n \"B\" 2}"))
                .hasMessageStartingWith("line 2, column ");
        assertThatThrownBy(() -> read("<!DOCTYPE x>\n<classads>\n<c><b/></c></classads>"))
                .hasMessageStartingWith("line 3, column ");
    }

    @Test
    void xmlMakesNobodyOpenFilesOrBlowUp() {
        assertThatThrownBy(
                        () ->
                                ClassAd.parse(
                                        "<!DOCTYPE c [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                                                + "<c><a n=\"A\"><s>&x;</s></a></c>"))
                .isInstanceOf(ClassAdException.class)
                .hasMessageContaining("no inner document type");
        assertThatThrownBy(() -> ClassAd.parse("<c><a n=\"A\"><s>&x;</s></a></c>"))
                .isInstanceOf(ClassAdException.class);
    }

    @Test
    void jsonIsAsHtcondorWritesIt() {
        ClassAd ad =
                ClassAd.parse(
                        "I = 1\nR = 2.0\nB = true\nU = undefined\nS = \"a\\b\"\nE = A + \"x\"\n"
                                + "L = { 1,B }\nC = [ x = 1 ]\n");
        assertThat(Unparser.json(ad))
                .isEqualTo(
                        "{\"I\":1,\"R\":2.0,\"B\":true,\"U\":null,\"S\":\"a\\\\b\","
                                + "\"E\":\"/Expr(A + \\\"x\\\")/\",\"L\":[1,\"/Expr(B)/\"],"
                                + "\"C\":{\"x\":1}}");
    }

    @Test
    void xmlIsAsHtcondorWritesIt() {
        assertThat(Unparser.xml(ClassAd.parse("I = 1\nR = 0.1\nB = true\nS = \"<\"\nE = A + 1\n")))
                .isEqualTo(
                        """
                        <?xml version="1.0"?>
                        <!DOCTYPE classads SYSTEM "classads.dtd">
                        <classads>
                        <c>
                            <a n="I"><i>1</i></a>
                            <a n="R"><r>1.000000000000000E-01</r></a>
                            <a n="B"><b v="t"/></a>
                            <a n="S"><s>&lt;</s></a>
                            <a n="E"><e>A + 1</e></a>
                        </c>
                        </classads>
                        """);
    }
}
