// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.io.CharArrayReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/**
 * Text read ahead as far as somebody has looked. What lies before {@link #position} may be dropped
 * when more is read, but only by {@link #settle}; so indices stay good in between.
 */
final class TextSource {
    private static final int BLOCK = 16 * 1024;

    private final Reader reader;
    private char[] buffer;
    private int position;
    private int limit;
    private boolean atEnd;
    private int line = 1;

    TextSource(String text) {
        this.reader = null;
        this.buffer = text.toCharArray();
        this.limit = buffer.length;
        this.atEnd = true;
    }

    TextSource(Reader reader) {
        this.reader = reader;
        this.buffer = new char[BLOCK];
    }

    /** The text; another array after any call that may read. */
    char[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    /** The number of the line that {@link #position} is in, from 1. */
    int line() {
        return line;
    }

    /** Drops what has been taken if there is much of it. Indices change. */
    void settle() {
        if (reader != null && position > buffer.length / 2) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
    }

    /** Whether there is a character at {@code index}, reading what it takes. */
    boolean has(int index) throws IOException {
        while (index >= limit) {
            if (atEnd) {
                return false;
            }
            fill();
        }
        return true;
    }

    /** The end of the line that {@code from} is in: its newline, or the end of the text. */
    int lineEnd(int from) throws IOException {
        int i = from;
        while (has(i)) {
            int known = limit;
            while (i < known) {
                if (buffer[i] == '\n') {
                    return i;
                }
                i++;
            }
        }
        return i;
    }

    /** Takes the text before {@code end}. */
    void take(int end) {
        for (int i = position; i < end; i++) {
            if (buffer[i] == '\n') {
                line++;
            }
        }
        position = end;
    }

    /** Takes the text to {@code end} and the newline there, if there is one. */
    void takeLine(int end) {
        take(Math.min(limit, end + 1));
    }

    /** Whether {@link #position} is before this text. */
    boolean startsWith(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            if (!has(position + i) || buffer[position + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The rest of the text, what was looked at already included; before it as many empty lines as
     * were taken, so that whoever reads it counts lines right.
     */
    Rest rest() {
        char[] lines = new char[line - 1];
        Arrays.fill(lines, '\n');
        Reader ahead = new CharArrayReader(buffer, position, limit - position);
        return new Rest(new CharArrayReader(lines), ahead, reader);
    }

    private void fill() throws IOException {
        if (limit == buffer.length) {
            if (buffer.length > Limits.TEXT_CHARS) {
                throw new TooLong().toException(line);
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int count = reader.read(buffer, limit, buffer.length - limit);
        if (count < 0) {
            atEnd = true;
        } else {
            limit += count;
        }
    }

    /** What is left of the text, for a parser that reads by itself: so much for each ad. */
    static final class Rest extends Reader {
        private final Reader[] parts;
        private int part;
        private int left = Limits.TEXT_CHARS;

        private Rest(Reader... parts) {
            this.parts = parts;
        }

        /** The next ad may be as long as this one. */
        void nextAd() {
            left = Limits.TEXT_CHARS;
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            while (part < parts.length) {
                int count = parts[part] == null ? -1 : parts[part].read(target, offset, length);
                if (count >= 0) {
                    left -= count;
                    if (left < 0) {
                        throw new TooLong();
                    }
                    return count;
                }
                part++;
            }
            return -1;
        }

        /** The reader belongs to whoever opened it. */
        @Override
        public void close() {}
    }

    /** Goes through parsers that expect I/O errors; never leaves this package. */
    static final class TooLong extends IOException {
        ClassAdException toException(int line) {
            return new ClassAdException(
                    line,
                    1,
                    "an ad of at most " + Limits.TEXT_CHARS + " characters",
                    "a longer one");
        }
    }
}
