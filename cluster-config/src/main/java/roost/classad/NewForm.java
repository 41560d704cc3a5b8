// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.io.IOException;

/** Reads records in new form from a stream, by finding where each ends before parsing it. */
final class NewForm {
    private final TextSource source;
    private final Mode mode;

    NewForm(TextSource source, Mode mode) {
        this.source = source;
        this.mode = mode;
    }

    /** The next ad, or null at the end of the stream. */
    ClassAd next() throws IOException {
        source.settle();
        int start = adStart(source.position());
        int lineStart = source.position();
        source.take(start);
        if (!source.has(start)) {
            return null;
        }
        for (int i = lineStart; i < start; i++) {
            if (source.buffer()[i] == '\n') {
                lineStart = i + 1;
            }
        }
        int end = recordEnd(start);
        Lexer lexer = new Lexer(source.buffer(), start, end, mode, false, source.line(), lineStart);
        ClassAd ad = new ExprParser(lexer).parseAllAsAd();
        source.take(end);
        return ad;
    }

    /** Behind what may stand between ads: comments, and the punctuation of a list of ads. */
    private int adStart(int from) throws IOException {
        int i = from;
        while (source.has(i)) {
            char next = source.has(i + 1) ? source.buffer()[i + 1] : 0;
            if (isBetween(source.buffer()[i])) {
                i++;
            } else if (source.buffer()[i] == '/' && next == '/') {
                i = source.lineEnd(i);
            } else if (source.buffer()[i] == '/' && next == '*') {
                i = commentEnd(i + 2);
            } else {
                break;
            }
        }
        return i;
    }

    private static boolean isBetween(char c) {
        return c <= ' ' || c == '{' || c == '}' || c == ',' || c == ';' || c == 0xFEFF;
    }

    /** Behind the bracket that closes the one at {@code start}, or the end of the text. */
    private int recordEnd(int start) throws IOException {
        int open = 0;
        int i = start;
        while (source.has(i)) {
            char c = source.buffer()[i];
            if (c == '"' || c == '\'') {
                i = stringEnd(i + 1, c);
            } else if (c == '/' && source.has(i + 1) && source.buffer()[i + 1] == '/') {
                i = source.lineEnd(i);
            } else if (c == '/' && source.has(i + 1) && source.buffer()[i + 1] == '*') {
                i = commentEnd(i + 2);
            } else {
                i++;
                if (c == '[') {
                    open++;
                } else if (c == ']' && --open == 0) {
                    return i;
                } else if (open == 0) {
                    // Not a record at all; what there is of it makes the error message.
                    return source.lineEnd(i);
                }
            }
        }
        return i;
    }

    private int stringEnd(int from, char quote) throws IOException {
        int i = from;
        while (source.has(i)) {
            char c = source.buffer()[i];
            if (c == quote) {
                return i + 1;
            }
            i += c == '\\' && source.has(i + 1) ? 2 : 1;
        }
        return i;
    }

    private int commentEnd(int from) throws IOException {
        int i = from;
        while (source.has(i + 1)) {
            if (source.buffer()[i] == '*' && source.buffer()[i + 1] == '/') {
                return i + 2;
            }
            i++;
        }
        return source.has(i) ? i + 1 : i;
    }
}
