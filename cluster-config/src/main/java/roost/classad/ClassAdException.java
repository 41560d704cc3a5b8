// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * A text that is no ClassAd. The only exception that reading an ad or an expression throws, apart
 * from the I/O errors of the reader it reads from.
 */
public final class ClassAdException extends IllegalArgumentException {
    private final int line;
    private final int column;
    private final String expected;
    private final String found;

    ClassAdException(int line, int column, String expected, String found) {
        this(line, column, expected, found, null);
    }

    ClassAdException(int line, int column, String expected, String found, Throwable cause) {
        super(
                "line %d, column %d: expected %s, found %s"
                        .formatted(line, column, expected, found),
                cause);
        this.line = line;
        this.column = column;
        this.expected = expected;
        this.found = found;
    }

    /** The line of the offending text, from 1. */
    public int line() {
        return line;
    }

    /** The column of the offending text, from 1, in UTF-16 units. */
    public int column() {
        return column;
    }

    /** What would have been right at that place. */
    public String expected() {
        return expected;
    }

    /** What is at that place. */
    public String found() {
        return found;
    }
}
