// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression in PCRE's syntax, run by {@code java.util.regex} on a leash: it may look at
 * so many characters, and give up, but never run on.
 */
final class Regex {
    private static final SliceCache<Regex> CACHE = new SliceCache<>(256, 512, 1 << 16);

    private final Pattern pattern;

    /** Substitution gives the whole target back, not only what was put in. */
    final boolean full;

    /** Substitution takes every match, not only the first. */
    final boolean global;

    private Regex(Pattern pattern, boolean full, boolean global) {
        this.pattern = pattern;
        this.full = full;
        this.global = global;
    }

    /**
     * @param options letters i, m, s, x, f, g in any case; others are ignored
     * @return null if the pattern is none, or one that cannot be run within bounds
     */
    static Regex compile(String pattern, String options) {
        String key = options + '/' + pattern;
        Regex regex = CACHE.find(key);
        if (regex == null && pattern.length() <= Limits.REGEX_CHARS) {
            // Only \n is a line end in PCRE.
            int flags = Pattern.UNIX_LINES;
            boolean full = false;
            boolean global = false;
            for (int i = 0; i < options.length(); i++) {
                switch (options.charAt(i)) {
                    case 'i', 'I' -> flags |= Pattern.CASE_INSENSITIVE;
                    case 'm', 'M' -> flags |= Pattern.MULTILINE;
                    case 's', 'S' -> flags |= Pattern.DOTALL;
                    case 'x', 'X' -> flags |= Pattern.COMMENTS;
                    case 'f', 'F' -> full = true;
                    case 'g', 'G' -> global = true;
                    default -> {}
                }
            }
            String java = PcreTranslator.translate(pattern, (flags & Pattern.COMMENTS) != 0);
            if (java == null) {
                return null;
            }
            try {
                regex = new Regex(Pattern.compile(java, flags), full, global);
            } catch (PatternSyntaxException | StackOverflowError e) {
                // Java's parser is recursive; how deep a pattern may nest depends on the stack.
                return null;
            }
            CACHE.put(key, regex);
        }
        return regex;
    }

    /** Whether the pattern matches somewhere in the text; null where that took too long. */
    Boolean find(Evaluation ev, String text) {
        Search search = new Search(ev, text);
        return search.next() ? Boolean.TRUE : search.failed ? null : Boolean.FALSE;
    }

    Search search(Evaluation ev, String text) {
        return new Search(ev, text);
    }

    /** One search through one text. */
    final class Search {
        private final Evaluation ev;
        private final BoundedText text;
        final Matcher matcher;
        boolean failed;

        private Search(Evaluation ev, String text) {
            this.ev = ev;
            this.text = new BoundedText(text);
            this.matcher = pattern.matcher(this.text);
        }

        /** Finds the next match; false for none, and when {@link #failed}. */
        boolean next() {
            int before = text.left;
            boolean found = false;
            try {
                found = matcher.find();
            } catch (OutOfSteps | StackOverflowError e) {
                // Java's matcher recurses for some repetitions; a long text can be too much for it.
                failed = true;
            }
            failed |= !ev.charge(1 + (before - text.left) / 16);
            return found && !failed;
        }
    }

    /** Thrown through the matcher when it has looked at enough. */
    private static final class OutOfSteps extends RuntimeException {
        static final OutOfSteps INSTANCE = new OutOfSteps();

        private OutOfSteps() {
            super(null, null, false, false);
        }
    }

    /** A text that counts how often it is looked at. */
    private static final class BoundedText implements CharSequence {
        private final String text;
        private int left = Limits.REGEX_STEPS;

        BoundedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw OutOfSteps.INSTANCE;
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
