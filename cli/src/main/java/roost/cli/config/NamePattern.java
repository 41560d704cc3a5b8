// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import roost.config.CondorConfig;

/**
 * A regular expression for names, found anywhere in them and without regard to case. A pattern that
 * takes unreasonably long on a name does not match it: the engine may run in a node, for others
 * too.
 */
final class NamePattern {
    private static final int STEPS_PER_NAME = 100_000;

    private final Pattern pattern;

    private NamePattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** A text that is no regular expression stands for itself. */
    static NamePattern of(String text) {
        try {
            return new NamePattern(Pattern.compile(text, Pattern.CASE_INSENSITIVE));
        } catch (PatternSyntaxException e) {
            int literal = Pattern.LITERAL | Pattern.CASE_INSENSITIVE;
            return new NamePattern(Pattern.compile(text, literal));
        }
    }

    /** The names of a configuration that match, sorted. */
    List<String> matching(CondorConfig config) {
        return config.names().stream().filter(this::matches).toList();
    }

    private boolean matches(String name) {
        try {
            return pattern.matcher(new Counted(name)).find();
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

    /** Counts how often the matcher looks at the name, which is how its work shows. */
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
            if (++looks > STEPS_PER_NAME) {
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
