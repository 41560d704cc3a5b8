// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

/**
 * File name patterns as shells have them: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a-z]}.
 * Matched by hand, because a regular expression takes for ever on a pattern of many stars.
 */
record Glob(String pattern) {
    /** Takes at most pattern length times name length steps. */
    boolean matches(String name) {
        int p = 0;
        int n = 0;
        int afterStar = -1;
        int retry = 0;
        while (n < name.length()) {
            int next = p < pattern.length() ? step(p, name.charAt(n)) : -1;
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                afterStar = ++p;
                retry = n;
            } else if (next > 0) {
                p = next;
                n++;
            } else if (afterStar >= 0) {
                p = afterStar;
                n = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Where the pattern goes on if its element at {@code p} takes the character; else -1. */
    private int step(int p, char c) {
        char element = pattern.charAt(p);
        int close = element == '[' ? pattern.indexOf(']', p + 2) : -1;
        if (close > 0) {
            return isIn(pattern.substring(p + 1, close), c) ? close + 1 : -1;
        }
        return element == '?' || element == c ? p + 1 : -1;
    }

    private static boolean isIn(String set, char c) {
        boolean negated = set.startsWith("!") || set.startsWith("^");
        boolean found = false;
        for (int i = negated ? 1 : 0; i < set.length(); i++) {
            boolean range = i + 2 < set.length() && set.charAt(i + 1) == '-';
            found |= range ? set.charAt(i) <= c && c <= set.charAt(i + 2) : set.charAt(i) == c;
            i += range ? 2 : 0;
        }
        return found != negated;
    }
}
