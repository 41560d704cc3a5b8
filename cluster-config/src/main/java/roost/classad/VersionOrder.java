// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * The order of version texts: character by character, except that runs of digits compare as
 * numbers, and that of numbers with leading zeros the one with more zeros comes first, as a
 * fraction would ({@code 000 < 00 < 01 < 010 < 09 < 0 < 1 < 9 < 10}).
 *
 * <p>Source: HTCondor manual, function versioncmp.
 */
final class VersionOrder {
    private VersionOrder() {}

    /** -1, 0 or 1. */
    static int compare(String a, String b) {
        int same = 0;
        int common = Math.min(a.length(), b.length());
        while (same < common && a.charAt(same) == b.charAt(same)) {
            same++;
        }
        if (same == a.length() && same == b.length()) {
            return 0;
        }
        // Back to where the run of digits begins that the difference is in or directly behind.
        int start = same;
        while (start > 0 && isDigit(a, start - 1)) {
            start--;
        }
        boolean inDigits = isDigit(a, same) || isDigit(b, same);
        if (inDigits && isDigit(a, start) && isDigit(b, start)) {
            return digits(a, b, start, same);
        }
        return Integer.signum(at(a, same) - at(b, same));
    }

    private static int digits(String a, String b, int start, int same) {
        boolean zeroA = a.charAt(start) == '0';
        boolean zeroB = b.charAt(start) == '0';
        if (!zeroA && !zeroB) {
            int byLength = Integer.compare(runEnd(a, start), runEnd(b, start));
            return byLength != 0 ? byLength : Integer.signum(at(a, same) - at(b, same));
        }
        if (zeroA != zeroB) {
            return zeroA ? -1 : 1;
        }
        // Both are fractions. More leading zeros mean less; a fraction of zeros only has the most.
        boolean onlyZeros = a.substring(start, same).chars().allMatch(c -> c == '0');
        if (onlyZeros && !isDigit(a, same)) {
            return 1;
        }
        if (onlyZeros && !isDigit(b, same)) {
            return -1;
        }
        return Integer.signum(at(a, same) - at(b, same));
    }

    private static int runEnd(String text, int from) {
        int i = from;
        while (isDigit(text, i)) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(String text, int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    /** The character there, or one before all others behind the end. */
    private static int at(String text, int index) {
        return index < text.length() ? text.charAt(index) : -1;
    }
}
