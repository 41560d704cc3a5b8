// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Reads ads in old long form.
 *
 * <p>A line is an attribute, or empty, or a comment ({@code #}), or a separator that tools put
 * between ads ({@code ***}, {@code ---}). A string may go on over several lines, because HTCondor
 * prints strings with newlines so; that is tried only when a line ends inside a string, and only
 * counts if the lines together are an attribute.
 */
final class LongForm {
    /** Strings over several lines in one attribute; each costs reading the attribute again. */
    private static final int OPEN_STRINGS = 64;

    private enum Line {
        ATTRIBUTE,
        COMMENT,
        SEPARATOR,
        END
    }

    private final TextSource source;
    private final Mode mode;
    private final ClassAdReader.BadLine badLine;
    private final AdAssembler ad = new AdAssembler();

    /** Where the attribute being read ends: the line's end, or a later line's. */
    private int attributeEnd;

    /**
     * @param badLine told of lines that are no attribute, which are then skipped; null to throw
     */
    LongForm(TextSource source, Mode mode, ClassAdReader.BadLine badLine) {
        this.source = source;
        this.mode = mode;
        this.badLine = badLine;
    }

    /** All of the text as one ad; empty lines do not end it. */
    static ClassAd parse(String text, Mode mode, ClassAdReader.BadLine badLine) {
        LongForm form = new LongForm(new TextSource(text), mode, badLine);
        try {
            while (form.readLine() != Line.END) {
                // Attributes collect in the assembler.
            }
        } catch (IOException e) {
            throw new UncheckedIOException("there is no I/O in a string", e);
        }
        return form.ad.finish();
    }

    static Map.Entry<String, Expr> parseAssignment(String text) {
        char[] chars = text.toCharArray();
        int from = skipBlanks(chars, 0, chars.length);
        Lexer lexer = new Lexer(chars, from, chars.length, Mode.OLD, true, 1, 0);
        int equals = nameEnd(lexer, chars, from, chars.length);
        AttrName name = name(lexer, chars, from, equals);
        Lexer value = new Lexer(chars, equals + 1, chars.length, Mode.OLD, true, 1, 0);
        return Map.entry(name.text, new ExprParser(value).parseAll());
    }

    /** The next ad, or null at the end of the stream. An ad has at least one attribute. */
    ClassAd next() throws IOException {
        int start = source.position();
        while (true) {
            Line line = readLine();
            if (ad.size() > 0 && (line == Line.SEPARATOR || line == Line.END)) {
                return ad.finish();
            }
            if (line == Line.END) {
                return null;
            }
            if (source.position() - start > Limits.TEXT_CHARS) {
                throw new TextSource.TooLong().toException(source.line());
            }
        }
    }

    private Line readLine() throws IOException {
        source.settle();
        int start = source.position();
        int end = source.lineEnd(start);
        if (!source.has(start)) {
            return Line.END;
        }
        char[] text = source.buffer();
        int from = skipBlanks(text, start, end);
        if (from == end || isSeparator(text, from, end)) {
            source.takeLine(end);
            return Line.SEPARATOR;
        }
        if (text[from] == '#') {
            source.takeLine(end);
            return Line.COMMENT;
        }
        attribute(start, from, end);
        return Line.ATTRIBUTE;
    }

    private static int skipBlanks(char[] text, int from, int to) {
        int i = from;
        while (i < to && (text[i] <= ' ' || text[i] == 0xFEFF)) {
            i++;
        }
        return i;
    }

    private static boolean isSeparator(char[] text, int from, int to) {
        char c = text[from];
        return to - from >= 3
                && (c == '*' || c == '-')
                && text[from + 1] == c
                && text[from + 2] == c;
    }

    private void attribute(int start, int from, int end) throws IOException {
        try {
            attributeEnd = end;
            char[] text = source.buffer();
            Lexer lexer = new Lexer(text, from, end, mode, true, source.line(), start);
            int equals = nameEnd(lexer, text, from, end);
            AttrName name = name(lexer, text, from, equals);
            Expr value = value(start, equals + 1, end);
            if (!ad.add(name, value)) {
                throw lexer.error(from, "at most " + Limits.ATTRIBUTES + " attributes");
            }
            source.takeLine(attributeEnd);
        } catch (ClassAdException e) {
            String line = new String(source.buffer(), start, end - start);
            source.takeLine(end);
            if (badLine == null) {
                throw e;
            }
            badLine.accept(line, e);
        }
    }

    /** Where the first '=' outside of quotes is. */
    private static int nameEnd(Lexer lexer, char[] text, int from, int end) {
        int i = from;
        if (text[from] == '\'') {
            i++;
            while (i < end && text[i] != '\'') {
                i += text[i] == '\\' ? 2 : 1;
            }
        }
        while (i < end && text[i] != '=') {
            i++;
        }
        if (i >= end) {
            throw lexer.error(end, "'=' after the attribute name");
        }
        return i;
    }

    private static AttrName name(Lexer lexer, char[] text, int from, int equals) {
        int to = equals;
        while (to > from && text[to - 1] <= ' ') {
            to--;
        }
        if (to > from && text[from] == '\'') {
            lexer.next();
            if (lexer.position() == to) {
                return AttrName.of(lexer.string);
            }
        }
        if (to == from || !AttrName.isStart(text[from])) {
            throw lexer.error(from, "an attribute name");
        }
        for (int i = from + 1; i < to; i++) {
            if (!AttrName.isPart(text[i])) {
                throw lexer.error(i, "'=' after the attribute name");
            }
        }
        return AttrName.of(text, from, to);
    }

    private Expr value(int start, int from, int end) throws IOException {
        char[] text = source.buffer();
        int first = skipBlanks(text, from, end);
        int last = end;
        while (last > first && text[last - 1] <= ' ') {
            last--;
        }
        Expr number = integer(text, first, last);
        if (number != null) {
            return number;
        }
        if (mode == Mode.STRICT || !SharedExprs.keeps(last - first)) {
            return parse(start, first, end);
        }
        int hash = SliceCache.hash(text, first, last);
        Expr expr = SharedExprs.find(text, first, last, hash);
        if (expr == null) {
            expr = parse(start, first, end);
            if (attributeEnd == end && !(expr instanceof Value.Real)) {
                SharedExprs.put(new String(source.buffer(), first, last - first), expr);
            }
        }
        return expr;
    }

    /** Plain decimal integers are a third of a machine's ad; they need no lexer. */
    private static Expr integer(char[] text, int from, int to) {
        int first = from < to && text[from] == '-' ? from + 1 : from;
        int digits = to - first;
        if (digits < 1 || digits > 18 || digits > 1 && text[first] == '0') {
            return null;
        }
        long value = 0;
        for (int i = first; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            value = value * 10 + digit;
        }
        return Value.Int.of(first == from ? value : -value);
    }

    /** Parses from {@code first} to the end of the line, or to that of a later one. */
    private Expr parse(int start, int first, int end) throws IOException {
        ClassAdException failure = null;
        int to = end;
        for (int i = 0; i <= OPEN_STRINGS; i++) {
            Lexer lexer = new Lexer(source.buffer(), first, to, mode, true, source.line(), start);
            try {
                Expr expr = new ExprParser(lexer).parseAll();
                attributeEnd = to;
                return expr;
            } catch (ClassAdException e) {
                failure = failure == null ? e : failure;
                int quote = lexer.openString ? closingQuote(to) : -1;
                if (quote < 0) {
                    throw failure;
                }
                to = source.lineEnd(quote);
            }
        }
        throw failure;
    }

    /** The next quote that ends a string begun earlier, or -1. */
    private int closingQuote(int from) throws IOException {
        for (int i = from; source.has(i); i++) {
            char[] text = source.buffer();
            if (text[i] == '"'
                    && (text[i - 1] != '\\'
                            || skipBlanks(text, i + 1, source.lineEnd(i + 1))
                                    == source.lineEnd(i + 1))) {
                return i;
            }
        }
        return -1;
    }
}
