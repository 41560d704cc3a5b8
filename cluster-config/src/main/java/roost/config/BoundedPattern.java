// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.regex.Pattern;

/**
 * A regular expression from outside, found anywhere in a text. One that takes unreasonably long on
 * a text does not match it: whoever wrote it may be reading configuration inside a node.
 */
public final class BoundedPattern {
    private static final int LOOKS_PER_TEXT = 100_000;

    private final Pattern pattern;

    /**
     * Compiles it.
     *
     * @param flags as for {@link Pattern#compile(String, int)}
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    public BoundedPattern(String regex, int flags) {
        pattern = Pattern.compile(regex, flags);
    }

    /** Whether it is found in {@code text}. */
    public boolean isFoundIn(String text) {
        try {
            return pattern.matcher(new Counted(text)).find();
        } catch (TooLongException | StackOverflowError e) {
            return false;
        }
    }

    private static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("pattern takes too long", null, false, false);
        }
    }

    /** Counts how often the matcher looks at the text, which is how its work shows. */
    private static final class Counted implements CharSequence {
        private final String text;
        private int looks;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++looks > LOOKS_PER_TEXT) {
                throw new TooLongException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
