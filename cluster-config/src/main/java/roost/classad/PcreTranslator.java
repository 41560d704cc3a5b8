// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Writes a pattern in PCRE's syntax in Java's, where they differ: brackets and ampersands inside a
 * character class, POSIX classes, braces that are no repetition, names of groups.
 *
 * <p>On the way it counts in how many ways the pattern can match nothing. Java's matcher tries all
 * of them each time it comes to the end of the text, without looking at a character, so that the
 * leash in {@link Regex} would not pull; a pattern with many, such as {@code (|)(|)(|)...x} or
 * {@code ((((((a*)*)*)*)*)*)*b}, is refused.
 */
final class PcreTranslator {
    private static final double MOST_EMPTY_WAYS = 12;
    private static final int DEEPEST = 100;

    private static final Map<String, String> POSIX =
            Map.ofEntries(
                    Map.entry("alpha", "\\p{Alpha}"),
                    Map.entry("digit", "\\p{Digit}"),
                    Map.entry("alnum", "\\p{Alnum}"),
                    Map.entry("upper", "\\p{Upper}"),
                    Map.entry("lower", "\\p{Lower}"),
                    Map.entry("punct", "\\p{Punct}"),
                    Map.entry("graph", "\\p{Graph}"),
                    Map.entry("print", "\\p{Print}"),
                    Map.entry("blank", "\\p{Blank}"),
                    Map.entry("cntrl", "\\p{Cntrl}"),
                    Map.entry("xdigit", "\\p{XDigit}"),
                    Map.entry("space", "\\s"),
                    Map.entry("word", "\\w"));

    /** Ways to match nothing: of a group so far, and of its last atom, which may be repeated. */
    private static final class Group {
        final boolean empty;
        double finishedBranches;
        double branch = 1;
        double atom = 1;
        boolean atomIsGroup;

        Group(boolean empty) {
            this.empty = empty;
        }

        void add(double ways, boolean isGroup) {
            branch *= atom;
            atom = ways;
            atomIsGroup = isGroup;
        }

        void endBranch() {
            finishedBranches += branch * atom;
            branch = 1;
            atom = 1;
            atomIsGroup = false;
        }

        /**
         * Repetition of what may match nothing. A single character repeated is one loop, which
         * stops at once; a group is entered again in all its ways, and left in one more.
         */
        void repeat(int least, boolean once) {
            if (atomIsGroup && atom > 0) {
                double times = Math.max(1, least);
                double body = Math.max(Math.pow(atom, times), atom * times);
                atom = 1 + (once ? body : 2 * body);
            } else if (least == 0) {
                atom = 1;
            }
        }
    }

    private final String in;
    private final boolean comments;
    private final StringBuilder out = new StringBuilder();
    private final Deque<Group> groups = new ArrayDeque<>();
    private Group group = new Group(false);
    private int pos;

    private PcreTranslator(String in, boolean comments) {
        this.in = in;
        this.comments = comments;
    }

    /** The pattern for Java, or null if it is refused. */
    static String translate(String pattern, boolean comments) {
        PcreTranslator translator = new PcreTranslator(pattern, comments);
        return translator.run() ? translator.out.toString() : null;
    }

    private boolean run() {
        while (pos < in.length()) {
            if (!step(in.charAt(pos))
                    || groups.size() > DEEPEST
                    || group.branch * group.atom > MOST_EMPTY_WAYS
                    || group.finishedBranches > MOST_EMPTY_WAYS) {
                return false;
            }
        }
        return true;
    }

    private boolean step(char c) {
        switch (c) {
            case '\\' -> escape();
            case '[' -> {
                characterClass();
                group.add(0, false);
            }
            case '(' -> open();
            case ')' -> {
                copy(1);
                if (groups.isEmpty()) {
                    return false;
                }
                close();
            }
            case '|' -> {
                copy(1);
                group.endBranch();
            }
            case '*', '+' -> {
                copy(1);
                repeat(c == '*' ? 0 : 1, false);
            }
            case '?' -> {
                copy(1);
                repeat(0, true);
            }
            case '{' -> braces();
            case '^', '$' -> {
                copy(1);
                group.add(1, false);
            }
            case '#' -> {
                int to = comments ? in.indexOf('\n', pos) : pos + 1;
                copy((to < 0 ? in.length() : to) - pos);
                if (!comments) {
                    group.add(0, false);
                }
            }
            default -> {
                copy(1);
                group.add(0, false);
            }
        }
        return true;
    }

    private void copy(int count) {
        out.append(in, pos, pos + count);
        pos += count;
    }

    private void escape() {
        if (pos + 1 == in.length()) {
            copy(1);
            return;
        }
        char c = in.charAt(pos + 1);
        if (c == 'Q') {
            int end = in.indexOf("\\E", pos);
            copy((end < 0 ? in.length() : end + 2) - pos);
            group.add(1, false);
        } else {
            copy(2);
            if ((c == 'p' || c == 'P' || c == 'x' || c == 'k')
                    && pos < in.length()
                    && in.charAt(pos) == '{') {
                int end = in.indexOf('}', pos);
                copy((end < 0 ? in.length() : end + 1) - pos);
            }
            // Anchors and references to groups may match nothing.
            group.add("bBAzZGkE123456789".indexOf(c) >= 0 ? 1 : 0, false);
        }
    }

    /** A group's opening, with PCRE's names for named groups. */
    private void open() {
        if (in.startsWith("(?#", pos)) {
            int end = in.indexOf(')', pos);
            pos = end < 0 ? in.length() : end + 1;
            return;
        }
        boolean aside = false;
        if (in.startsWith("(?P<", pos)) {
            out.append("(?<");
            pos += 4;
            copy(Math.max(0, in.indexOf('>', pos) + 1 - pos));
        } else if (in.startsWith("(?'", pos)) {
            int end = in.indexOf('\'', pos + 3);
            if (end > 0) {
                out.append("(?<").append(in, pos + 3, end).append('>');
                pos = end + 1;
            } else {
                copy(3);
            }
        } else if (in.startsWith("(?P=", pos) && in.indexOf(')', pos) > 0) {
            int end = in.indexOf(')', pos);
            out.append("\\k<").append(in, pos + 4, end).append('>');
            pos = end + 1;
            group.add(1, false);
            return;
        } else if (in.startsWith("(?", pos)) {
            int from = pos;
            copy(2);
            while (pos < in.length() && "imsxU-^:=!<>".indexOf(in.charAt(pos)) >= 0) {
                boolean done = ":=!>".indexOf(in.charAt(pos)) >= 0;
                copy(1);
                if (done) {
                    break;
                }
            }
            String head = in.substring(from, pos);
            aside = head.contains("=") || head.contains("!");
            if (head.startsWith("(?<") && head.length() == 3) {
                copy(Math.max(0, in.indexOf('>', pos) + 1 - pos));
            }
        } else {
            copy(1);
        }
        groups.push(group);
        group = new Group(aside);
    }

    private void close() {
        group.endBranch();
        Group closed = group;
        group = groups.pop();
        // Looking ahead matches nothing by itself, in as many ways as it looks.
        group.add(
                closed.empty ? Math.max(1, closed.finishedBranches) : closed.finishedBranches,
                true);
    }

    /** A repetition, or else a brace that stands for itself, which Java wants escaped. */
    private void braces() {
        int i = pos + 1;
        int least = 0;
        int digits = 0;
        while (i < in.length() && Character.isDigit(in.charAt(i)) && digits < 6) {
            least = least * 10 + in.charAt(i) - '0';
            digits++;
            i++;
        }
        if (digits > 0 && i < in.length() && in.charAt(i) == ',') {
            i++;
            while (i < in.length() && Character.isDigit(in.charAt(i))) {
                i++;
            }
        }
        if (digits > 0 && i < in.length() && in.charAt(i) == '}') {
            copy(i + 1 - pos);
            repeat(least, false);
        } else {
            out.append('\\');
            copy(1);
            group.add(0, false);
        }
    }

    /**
     * A repetition has just been copied; a mark behind it that makes it lazy or possessive is not.
     */
    private void repeat(int least, boolean once) {
        if (pos < in.length() && (in.charAt(pos) == '?' || in.charAt(pos) == '+')) {
            copy(1);
        }
        group.repeat(least, once);
    }

    private void characterClass() {
        copy(1);
        if (pos < in.length() && in.charAt(pos) == '^') {
            copy(1);
        }
        boolean first = true;
        while (pos < in.length()) {
            char c = in.charAt(pos);
            if (c == ']' && !first) {
                copy(1);
                return;
            }
            first = false;
            if (c == '\\' && pos + 1 < in.length()) {
                copy(2);
            } else if (c == '[' && posixClass()) {
                continue;
            } else if (c == '[' || c == ']' || c == '&' || c == ' ' || c == '#') {
                out.append('\\');
                copy(1);
            } else {
                copy(1);
            }
        }
    }

    private boolean posixClass() {
        int end = in.startsWith("[:", pos) ? in.indexOf(":]", pos) : -1;
        if (end < 0) {
            return false;
        }
        String name = in.substring(pos + 2, end);
        boolean not = name.startsWith("^");
        String java = POSIX.get(not ? name.substring(1) : name);
        if (java == null) {
            return false;
        }
        out.append(not ? "[^" + java + "]" : java);
        pos = end + 2;
        return true;
    }
}
