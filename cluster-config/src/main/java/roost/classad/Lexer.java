// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * Cuts a text into tokens, one at a time. After {@link #next} the fields describe the token.
 *
 * <p>Strings come in two kinds. In old syntax a backslash is itself unless a double quote follows;
 * and since {@code "C:\"} is what people write, a backslash and a quote at the end of a line are a
 * backslash and the end of the string. In new syntax strings have C escapes.
 */
final class Lexer {
    enum Token {
        END("the end of the text"),
        INTEGER("an integer"),
        REAL("a real"),
        STRING("a string"),
        NAME("a name"),
        QUOTED_NAME("a quoted name"),
        OPERATOR("an operator"),
        NOT("'!'"),
        COMPLEMENT("'~'"),
        AND_AND("'&&'"),
        OR_OR("'||'"),
        QUESTION("'?'"),
        COLON("':'"),
        DOT("'.'"),
        COMMA("','"),
        SEMICOLON("';'"),
        ASSIGN("'='"),
        OPEN_PAREN("'('"),
        CLOSE_PAREN("')'"),
        OPEN_BRACKET("'['"),
        CLOSE_BRACKET("']'"),
        OPEN_BRACE("'{'"),
        CLOSE_BRACE("'}'");

        final String description;

        Token(String description) {
            this.description = description;
        }
    }

    private final char[] text;
    private final int end;
    private final int firstLine;
    private final int firstLineStart;
    private final boolean strictNumbers;
    private final boolean oldStrings;
    private int pos;

    Token token;
    int start;
    long integer;
    double real;
    String string;
    Binary.Op operator;

    /** Set when the text ended inside a string, so that a reader of lines may try one more. */
    boolean openString;

    Lexer(char[] text, int begin, int end, Mode mode, boolean oldStrings) {
        this(text, begin, end, mode, oldStrings, 1, begin);
    }

    /**
     * For a text that is part of a larger one.
     *
     * @param firstLine the number of the line that the text begins in
     * @param firstLineStart where that line begins
     */
    Lexer(
            char[] text,
            int begin,
            int end,
            Mode mode,
            boolean oldStrings,
            int firstLine,
            int firstLineStart) {
        this.text = text;
        this.end = end;
        this.firstLine = firstLine;
        this.firstLineStart = firstLineStart;
        this.pos = begin;
        this.strictNumbers = mode == Mode.STRICT;
        this.oldStrings = oldStrings;
    }

    static boolean isReserved(String name) {
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("is");
            case 4 -> name.equalsIgnoreCase("true") || name.equalsIgnoreCase("isnt");
            case 5 -> name.equalsIgnoreCase("false") || name.equalsIgnoreCase("error");
            case 9 -> name.equalsIgnoreCase("undefined");
            default -> false;
        };
    }

    /** Where the current token ends. */
    int position() {
        return pos;
    }

    char[] text() {
        return text;
    }

    boolean isWord(String word) {
        if (pos - start != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text[start + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    void next() {
        skipBlanks();
        start = pos;
        if (pos == end) {
            token = Token.END;
            return;
        }
        char c = text[pos];
        if (AttrName.isStart(c)) {
            do {
                pos++;
            } while (pos < end && AttrName.isPart(text[pos]));
            name();
        } else if (isDigit(c) || c == '.' && pos + 1 < end && isDigit(text[pos + 1])) {
            number();
        } else if (c == '"') {
            token = Token.STRING;
            string = oldStrings ? oldString() : newString('"');
        } else if (c == '\'') {
            token = Token.QUOTED_NAME;
            string = newString('\'');
            if (string.isEmpty()) {
                throw error(start, "a name between the quotes");
            }
        } else {
            symbol(c);
        }
    }

    private void name() {
        token = Token.NAME;
        int length = pos - start;
        if (length == 2 && isWord("is")) {
            token = Token.OPERATOR;
            operator = Binary.Op.META_EQUAL;
        } else if (length == 4 && isWord("isnt")) {
            token = Token.OPERATOR;
            operator = Binary.Op.META_NOT_EQUAL;
        }
    }

    private void skipBlanks() {
        while (pos < end) {
            char c = text[pos];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x0B) {
                pos++;
            } else if (c == '/' && pos + 1 < end && text[pos + 1] == '/') {
                pos += 2;
                while (pos < end && text[pos] != '\n') {
                    pos++;
                }
            } else if (c == '/' && pos + 1 < end && text[pos + 1] == '*') {
                skipComment();
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        int from = pos;
        pos += 2;
        while (pos + 1 < end && !(text[pos] == '*' && text[pos + 1] == '/')) {
            pos++;
        }
        if (pos + 1 >= end) {
            pos = end;
            throw error(from, "'*/' to end the comment");
        }
        pos += 2;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void number() {
        boolean leadingZero = text[pos] == '0';
        if (strictNumbers && leadingZero && pos + 1 < end && (text[pos + 1] | 0x20) == 'x') {
            pos += 2;
            radixInteger(16);
            return;
        }
        skipDigits();
        boolean isReal = false;
        if (pos < end && text[pos] == '.') {
            pos++;
            skipDigits();
            isReal = true;
        }
        if (pos < end && (text[pos] | 0x20) == 'e') {
            pos++;
            if (pos < end && (text[pos] == '+' || text[pos] == '-')) {
                pos++;
            }
            if (pos == end || !isDigit(text[pos])) {
                throw error(pos, "the digits of an exponent");
            }
            skipDigits();
            isReal = true;
        }
        if (!isReal && leadingZero && pos - start > 1) {
            if (!strictNumbers) {
                throw error(start, "a decimal integer without leading zero");
            }
            pos = start + 1;
            radixInteger(8);
            return;
        }
        if (isReal) {
            token = Token.REAL;
            real = Double.parseDouble(new String(text, start, pos - start));
        } else {
            token = Token.INTEGER;
            integer = decimal();
        }
        suffix();
    }

    private void skipDigits() {
        while (pos < end && isDigit(text[pos])) {
            pos++;
        }
    }

    /** Too large a number becomes the largest one, as strtoll has it. */
    private long decimal() {
        long value = 0;
        for (int i = start; i < pos; i++) {
            int digit = text[i] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return Long.MAX_VALUE;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private void radixInteger(int radix) {
        token = Token.INTEGER;
        integer = 0;
        int first = pos;
        while (pos < end && Character.digit(text[pos], radix) >= 0 && text[pos] < 0x80) {
            int digit = Character.digit(text[pos], radix);
            integer =
                    integer > (Long.MAX_VALUE - digit) / radix
                            ? Long.MAX_VALUE
                            : integer * radix + digit;
            pos++;
        }
        if (pos == first) {
            throw error(pos, radix == 16 ? "hexadecimal digits" : "octal digits");
        }
        endOfNumber();
    }

    /** A factor after the number; with one, even 1, the number is a real. */
    private void suffix() {
        if (pos < end) {
            double factor =
                    switch (text[pos] | 0x20) {
                        case 'b' -> 1;
                        case 'k' -> 0x1p10;
                        case 'm' -> 0x1p20;
                        case 'g' -> 0x1p30;
                        case 't' -> 0x1p40;
                        default -> 0;
                    };
            if (factor != 0) {
                real = (token == Token.INTEGER ? integer : real) * factor;
                token = Token.REAL;
                pos++;
            }
        }
        endOfNumber();
    }

    private void endOfNumber() {
        if (pos < end && AttrName.isPart(text[pos])) {
            throw error(pos, "the end of the number");
        }
    }

    private String oldString() {
        int from = ++pos;
        StringBuilder unescaped = null;
        while (pos < end) {
            char c = text[pos];
            if (c == '"') {
                String rest = new String(text, from, pos - from);
                pos++;
                return unescaped == null ? rest : unescaped.append(rest).toString();
            }
            if (c == '\\' && pos + 1 < end && text[pos + 1] == '"' && !endsLine(pos + 2)) {
                if (unescaped == null) {
                    unescaped = new StringBuilder();
                }
                unescaped.append(text, from, pos - from).append('"');
                pos += 2;
                from = pos;
            } else {
                pos++;
            }
        }
        openString = true;
        throw error(end, "'\"' to end the string");
    }

    private boolean endsLine(int from) {
        for (int i = from; i < end; i++) {
            char c = text[i];
            if (c == '\n') {
                return true;
            }
            if (c != ' ' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    private String newString(char quote) {
        int from = ++pos;
        StringBuilder unescaped = null;
        while (pos < end) {
            char c = text[pos];
            if (c == quote) {
                String rest = new String(text, from, pos - from);
                pos++;
                return unescaped == null ? rest : unescaped.append(rest).toString();
            }
            if (c == '\\' && pos + 1 < end) {
                if (unescaped == null) {
                    unescaped = new StringBuilder();
                }
                unescaped.append(text, from, pos - from);
                pos++;
                unescaped.append(escape());
                from = pos;
            } else {
                pos++;
            }
        }
        openString = true;
        throw error(end, quote == '"' ? "'\"' to end the string" : "\"'\" to end the name");
    }

    /**
     * The character that the escape at {@link #pos} stands for; an unknown one stands for itself.
     */
    private char escape() {
        char c = text[pos++];
        switch (c) {
            case 'a':
                return 7;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return 0x0B;
            default:
                break;
        }
        if (c == 'u') {
            return notACharacter();
        }
        if (c < '0' || c > '7') {
            return c;
        }
        int value = c - '0';
        int digits = c <= '3' ? 3 : 2;
        for (int i = 1; i < digits && pos < end && text[pos] >= '0' && text[pos] <= '7'; i++) {
            value = value * 8 + text[pos++] - '0';
        }
        return (char) value;
    }

    /**
     * The escape u and four hexadecimal digits is for what is no character, and how {@link Printer}
     * writes only that.
     */
    private char notACharacter() {
        int value = 0;
        for (int i = pos; i < pos + 4; i++) {
            int digit = i < end ? Character.digit(text[i], 16) : -1;
            if (digit < 0) {
                return 'u';
            }
            value = value * 16 + digit;
        }
        if (!Character.isSurrogate((char) value) && value < 0xFFFE) {
            return 'u';
        }
        pos += 4;
        return (char) value;
    }

    private void symbol(char c) {
        pos++;
        switch (c) {
            case '(' -> token = Token.OPEN_PAREN;
            case ')' -> token = Token.CLOSE_PAREN;
            case '[' -> token = Token.OPEN_BRACKET;
            case ']' -> token = Token.CLOSE_BRACKET;
            case '{' -> token = Token.OPEN_BRACE;
            case '}' -> token = Token.CLOSE_BRACE;
            case ',' -> token = Token.COMMA;
            case ';' -> token = Token.SEMICOLON;
            case '.' -> token = Token.DOT;
            case '?' -> token = Token.QUESTION;
            case ':' -> token = Token.COLON;
            case '~' -> token = Token.COMPLEMENT;
            case '*' -> operator(Binary.Op.MULTIPLY);
            case '/' -> operator(Binary.Op.DIVIDE);
            case '%' -> operator(Binary.Op.MODULUS);
            case '+' -> operator(Binary.Op.ADD);
            case '-' -> operator(Binary.Op.SUBTRACT);
            case '^' -> operator(Binary.Op.XOR);
            case '&' -> {
                if (accept('&')) {
                    token = Token.AND_AND;
                } else {
                    operator(Binary.Op.AND);
                }
            }
            case '|' -> {
                if (accept('|')) {
                    token = Token.OR_OR;
                } else {
                    operator(Binary.Op.OR);
                }
            }
            case '!' -> {
                if (accept('=')) {
                    operator(Binary.Op.NOT_EQUAL);
                } else {
                    token = Token.NOT;
                }
            }
            case '<' -> {
                if (accept('<')) {
                    operator(Binary.Op.SHIFT_LEFT);
                } else {
                    operator(accept('=') ? Binary.Op.LESS_EQUAL : Binary.Op.LESS);
                }
            }
            case '>' -> greater();
            case '=' -> equal();
            default -> {
                pos = start;
                throw error(start, "an expression");
            }
        }
    }

    private void greater() {
        if (accept('>')) {
            operator(accept('>') ? Binary.Op.SHIFT_RIGHT_UNSIGNED : Binary.Op.SHIFT_RIGHT);
        } else {
            operator(accept('=') ? Binary.Op.GREATER_EQUAL : Binary.Op.GREATER);
        }
    }

    private void equal() {
        if (accept('=')) {
            operator(Binary.Op.EQUAL);
        } else if (pos + 1 < end && text[pos] == '?' && text[pos + 1] == '=') {
            pos += 2;
            operator(Binary.Op.META_EQUAL);
        } else if (pos + 1 < end && text[pos] == '!' && text[pos + 1] == '=') {
            pos += 2;
            operator(Binary.Op.META_NOT_EQUAL);
        } else {
            token = Token.ASSIGN;
        }
    }

    private void operator(Binary.Op op) {
        token = Token.OPERATOR;
        operator = op;
    }

    private boolean accept(char c) {
        if (pos < end && text[pos] == c) {
            pos++;
            return true;
        }
        return false;
    }

    /** An error about the current token. */
    ClassAdException error(String expected) {
        return error(start, expected);
    }

    ClassAdException error(int at, String expected) {
        int line = firstLine;
        int lineStart = firstLineStart;
        for (int i = firstLineStart; i < at; i++) {
            if (text[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new ClassAdException(line, at - lineStart + 1, expected, found(at));
    }

    private String found(int at) {
        if (at >= end) {
            return Token.END.description;
        }
        int to = at + 1;
        while (to < end && to < at + 20 && text[to] > ' ') {
            to++;
        }
        StringBuilder quoted = new StringBuilder("'");
        for (int i = at; i < to; i++) {
            char c = text[i];
            if (c < ' ' || c == 0x7F) {
                quoted.append("\\%03o".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('\'').toString();
    }
}
