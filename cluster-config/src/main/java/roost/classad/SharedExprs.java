// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * One expression for one text: ads of a pool repeat the same strings and policies thousands of
 * times. Bounded; numbers are not kept, they are cheap to read and small.
 */
final class SharedExprs {
    private static final int LONGEST = 2_048;

    /** A million characters of expressions, some 30 MiB at the very worst. */
    private static final int CHARS = 1 << 20;

    /** By text in old syntax; in it a value with a backslash differs from new syntax. */
    private static final SliceCache<Expr> OLD = new SliceCache<>(4096, LONGEST, CHARS);

    private static final SliceCache<Expr> NEW = new SliceCache<>(2048, LONGEST, CHARS);

    private static final SliceCache<Value.Str> STRINGS = new SliceCache<>(4096, 256, CHARS);

    private SharedExprs() {}

    /** The expression that this text in old syntax and old mode was read as before, or null. */
    static Expr find(char[] text, int from, int to, int hash) {
        return OLD.find(text, from, to, hash);
    }

    static void put(String text, Expr expr) {
        OLD.put(text, expr);
    }

    static boolean keeps(int length) {
        return length <= LONGEST;
    }

    /** A string value; equal ones are likely to be the same object. */
    static Value.Str string(String text) {
        if (!STRINGS.keeps(text.length())) {
            return Value.Str.of(text);
        }
        Value.Str known = STRINGS.find(text);
        if (known == null) {
            known = Value.Str.of(text);
            STRINGS.put(text, known);
        }
        return known;
    }

    /** An equal expression read from the same text in new syntax earlier, or the given one. */
    static Expr share(char[] text, int from, int to, Expr expr) {
        if (expr instanceof Value.Str s) {
            return string(s.value());
        }
        return expr instanceof Value || !keeps(to - from)
                ? expr
                : share(new String(text, from, to - from), expr);
    }

    static Expr share(String text, Expr expr) {
        Expr known = NEW.find(text);
        // The mode decides how numbers are read, so equal texts may differ.
        if (known != null && known.equals(expr)) {
            return known;
        }
        NEW.put(text, expr);
        return expr;
    }
}
