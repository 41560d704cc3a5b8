// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes expressions and ads as text. What is written reads back as an equal expression or ad.
 *
 * <p>Source: the format of HTCondor 8.8 (blanks round binary operators, none in parentheses, {@code
 * { 1,2 }}, {@code [ a = 1; b = 2 ]}).
 */
public final class Unparser {
    private Unparser() {}

    /** In old syntax: a backslash in a string is a backslash. */
    public static String expression(Expr expr) {
        StringBuilder out = new StringBuilder();
        expr.print(new Printer(out, true));
        return out.toString();
    }

    /** In new syntax: strings have C escapes. */
    public static String newExpression(Expr expr) {
        StringBuilder out = new StringBuilder();
        expr.print(new Printer(out, false));
        return out.toString();
    }

    /** {@code Name = expr}, one attribute a line, in the ad's order. */
    public static String longForm(ClassAd ad) {
        StringBuilder out = new StringBuilder(ad.size() * 32);
        longForm(ad, out);
        return out.toString();
    }

    static void longForm(ClassAd ad, StringBuilder out) {
        Printer printer = new Printer(out, true);
        ad.forEach(
                (name, expr) -> {
                    longName(name, printer);
                    out.append(" = ");
                    wholeLine(expr, printer);
                    out.append('\n');
                });
    }

    /** At the end of a line a backslash before the quote is what people write. */
    private static void wholeLine(Expr expr, Printer printer) {
        if (expr instanceof Value.Str s && endsWithPlainBackslash(s.value())) {
            printer.raw("\"" + s.value().replace("\"", "\\\"") + "\"");
        } else {
            expr.print(printer);
        }
    }

    /**
     * A value on one line of its own: in old mode as in long form, but with escapes where it would
     * take several lines; in strict mode in new syntax.
     */
    public static String line(Value value, Mode mode) {
        if (mode == Mode.STRICT) {
            return newExpression(value);
        }
        StringBuilder out = new StringBuilder();
        wholeLine(value, new Printer(out, true));
        return out.indexOf("\n") < 0 ? out.toString() : newExpression(value);
    }

    private static boolean endsWithPlainBackslash(String value) {
        return value.endsWith("\\") && value.indexOf('\n') < 0;
    }

    /** In long form a name needs no quotes for being a word of the language. */
    private static void longName(String name, Printer printer) {
        if (Lexer.isReserved(name)) {
            printer.raw(name);
        } else {
            printer.name(name);
        }
    }

    /** One record on one line: {@code [ a = 1; b = "x" ]}. */
    public static String newForm(ClassAd ad) {
        StringBuilder out = new StringBuilder(ad.size() * 32);
        new Printer(out, false).record(ad);
        return out.toString();
    }

    /** One JSON object. */
    public static String json(ClassAd ad) {
        return toString(Format.JSON, List.of(ad)).strip();
    }

    /** A whole XML document with one ad. */
    public static String xml(ClassAd ad) {
        return toString(Format.XML, List.of(ad));
    }

    /** Any number of ads in one text that {@link ClassAdReader} reads back. */
    public static String toString(Format format, Iterable<ClassAd> ads) {
        StringWriter out = new StringWriter();
        try {
            write(out, format, ads);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return out.toString();
    }

    /**
     * Writes any number of ads: in long form with an empty line after each, in new form one a line,
     * in JSON one object a line, in XML as one document.
     *
     * @throws IllegalArgumentException for {@link Format#AUTO}
     * @throws IOException from the writer
     */
    public static void write(Writer out, Format format, Iterable<ClassAd> ads) throws IOException {
        switch (format) {
            case LONG -> {
                StringBuilder text = new StringBuilder();
                for (ClassAd ad : ads) {
                    text.setLength(0);
                    longForm(ad, text);
                    out.append(text.append('\n'));
                }
            }
            case NEW -> {
                for (ClassAd ad : ads) {
                    out.append(newForm(ad)).append('\n');
                }
            }
            case JSON -> JsonForm.write(out, ads);
            case XML -> XmlForm.write(out, ads);
            case AUTO -> throw new IllegalArgumentException("name the form to write");
        }
    }
}
