// SPDX-License-Identifier: Apache-2.0
package roost.config;

/**
 * A {@code $(NAME)}, {@code $(NAME:default)} or {@code $FUNCTION(arguments)} found in a text.
 *
 * @param function the name between {@code $} and the parenthesis; empty for a plain macro
 * @param name what is referred to: the name of a plain macro, or a function's first argument where
 *     that is a name; empty where it is put together from other macros
 * @param open index of the parenthesis
 * @param close index of the parenthesis that closes it
 */
record MacroReference(String function, String name, int open, int close) {

    /** Finds references in one text; remembers its parentheses, so that looking is linear. */
    static final class Finder {
        private final String text;
        private int[] closing;

        Finder(String text) {
            this.text = text;
        }

        /** The reference that begins with the {@code $} at {@code dollar}; null if none does. */
        MacroReference at(int dollar) {
            int open = dollar + 1;
            while (open < text.length() && isFunctionCharacter(text.charAt(open))) {
                open++;
            }
            if (open >= text.length() || text.charAt(open) != '(') {
                return null;
            }
            String function = text.substring(dollar + 1, open);
            if (!function.isEmpty() && !MacroFunctions.isFunction(function)) {
                return null;
            }
            int close = closing(open);
            if (close < 0) {
                return null;
            }
            int from = skipBlanks(open + 1);
            int to = from;
            while (Statement.isNameCharacter(text.charAt(to))) {
                to++;
            }
            char after = text.charAt(skipBlanks(to));
            boolean named = to > from && (after == ')' || after == ':' || after == ',');
            String name = named ? text.substring(from, to) : "";
            if (function.isEmpty()) {
                boolean plain = named && after != ',';
                boolean composed = text.charAt(to) == '$';
                return plain || composed
                        ? new MacroReference(function, plain ? name : "", open, close)
                        : null;
            }
            return new MacroReference(function, name, open, close);
        }

        private int skipBlanks(int index) {
            int i = index;
            while (text.charAt(i) == ' ' || text.charAt(i) == '\t') {
                i++;
            }
            return i;
        }

        /** Index of the parenthesis that closes the one at {@code open}; -1 if there is none. */
        private int closing(int open) {
            if (closing == null) {
                closing = pairs();
            }
            return closing[open] - 1;
        }

        /** For each opening parenthesis one more than where it closes; 0 elsewhere. */
        private int[] pairs() {
            int[] pairs = new int[text.length()];
            int[] pending = new int[16];
            int depth = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '(') {
                    if (depth == pending.length) {
                        pending = java.util.Arrays.copyOf(pending, depth * 2);
                    }
                    pending[depth++] = i;
                } else if (c == ')' && depth > 0) {
                    pairs[pending[--depth]] = i + 1;
                }
            }
            return pairs;
        }

        private static boolean isFunctionCharacter(char c) {
            return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_';
        }
    }

    /** The text between the parentheses. */
    String body(String text) {
        return text.substring(open + 1, close);
    }

    /** Index after the reference. */
    int end() {
        return close + 1;
    }

    /** Index in a plain macro's body of the colon that begins the default; -1 without one. */
    static int defaultColon(String body) {
        int depth = 0;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ':' && depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the whole text can be the name of a macro. */
    static boolean isName(String text) {
        int i = 0;
        while (i < text.length() && Statement.isNameCharacter(text.charAt(i))) {
            i++;
        }
        return i == text.length() && i > 0;
    }
}
