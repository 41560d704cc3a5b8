// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Map;

/**
 * Reads expressions and single ads from text; {@link ClassAdReader} reads many from a stream.
 *
 * <p>Every method throws {@link ClassAdException}, and nothing else, for a text that is wrong.
 */
public final class ClassAdParser {
    private ClassAdParser() {}

    /** An expression in old mode. */
    public static Expr parseExpr(String text) {
        return parseExpr(text, Mode.OLD);
    }

    /** An expression; in old mode strings are in old syntax too, in strict mode in new syntax. */
    public static Expr parseExpr(String text, Mode mode) {
        return parseExpr(text, mode, mode == Mode.OLD);
    }

    static Expr parseExpr(String text, Mode mode, boolean oldStrings) {
        checkSize(text.length());
        return parseExpr(text.toCharArray(), 0, text.length(), mode, oldStrings);
    }

    static Expr parseExpr(char[] text, int from, int to, Mode mode, boolean oldStrings) {
        return new ExprParser(new Lexer(text, from, to, mode, oldStrings)).parseAll();
    }

    /** One ad in whichever form it is written in, in old mode. */
    public static ClassAd parseAd(String text) {
        return parseAd(text, Format.AUTO, Mode.OLD);
    }

    /**
     * One ad. A text of several ads is an error except in long form, where empty lines do not
     * count; a text of none is an empty ad in long form only.
     */
    public static ClassAd parseAd(String text, Format format, Mode mode) {
        checkSize(text.length());
        Format actual = format == Format.AUTO ? Format.of(text) : format;
        return switch (actual) {
            case LONG -> LongForm.parse(text, mode, null);
            case NEW -> {
                char[] chars = text.toCharArray();
                Lexer lexer = new Lexer(chars, 0, chars.length, mode, false);
                yield new ExprParser(lexer).parseAllAsAd();
            }
            case JSON -> JsonForm.parse(text, mode);
            case XML -> XmlForm.parse(text, mode);
            case AUTO -> throw new AssertionError("resolved above");
        };
    }

    /**
     * One line {@code Name = expression} in old syntax, as in a job ad's file.
     *
     * @param line without the line's end
     */
    public static Map.Entry<String, Expr> parseAssignment(String line) {
        checkSize(line.length());
        return LongForm.parseAssignment(line);
    }

    /**
     * All of a text in old long form as one ad, without the lines that are no attribute.
     *
     * @param badLine told of each of those lines
     */
    public static ClassAd parseLongForm(String text, ClassAdReader.BadLine badLine) {
        checkSize(text.length());
        return LongForm.parse(text, Mode.OLD, badLine);
    }

    static void checkSize(int chars) {
        if (chars > Limits.TEXT_CHARS) {
            throw new ClassAdException(
                    1, 1, "at most " + Limits.TEXT_CHARS + " characters", chars + " characters");
        }
    }
}
