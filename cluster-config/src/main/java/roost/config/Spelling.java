// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Spelling {
    private static final int MAX_LENGTH = 100;

    private Spelling() {}

    /**
     * The known name that is nearest to a word, by number of letters to change, add, drop or swap
     * and regardless of case; empty if none is near enough to be worth a question.
     */
    public static Optional<String> nearest(String word, Collection<String> known) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String typed = word.toLowerCase(Locale.ROOT);
        String best = null;
        int bestDistance = 1 + Math.max(1, Math.min(word.length(), 12) / 3);
        for (String name : known) {
            if (Math.abs(name.length() - typed.length()) >= bestDistance) {
                continue;
            }
            int distance = distance(typed, name.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Damerau's distance, restricted to neighbours swapped once. */
    private static int distance(String a, String b) {
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            rows[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            rows[i][0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int change = rows[i - 1][j - 1] + (same ? 0 : 1);
                int best = Math.min(change, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                rows[i][j] = swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
            }
        }
        return rows[a.length()][b.length()];
    }
}
