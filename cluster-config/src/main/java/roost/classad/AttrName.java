// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Locale;

/**
 * An attribute name: as it was written, and folded to lower case for comparing.
 *
 * <p>The folded text is interned by the JVM, which lets go of it when nobody uses it any more;
 * therefore two names are the same attribute exactly when their {@link #key}s are the same object.
 */
final class AttrName {
    private static final SliceCache<AttrName> CACHE = new SliceCache<>(4096, 128, 1 << 20);

    final String text;
    final String key;
    final int hash;
    final SpecialName special;

    private AttrName(String text) {
        this.text = text;
        this.key = text.toLowerCase(Locale.ROOT).intern();
        int h = key.hashCode() * 0x9E3779B9;
        this.hash = h ^ h >>> 15;
        this.special = SpecialName.of(key);
    }

    static AttrName of(String text) {
        AttrName name = CACHE.find(text);
        if (name == null) {
            name = new AttrName(text);
            CACHE.put(text, name);
        }
        return name;
    }

    static AttrName of(char[] text, int start, int end) {
        AttrName name = CACHE.find(text, start, end, SliceCache.hash(text, start, end));
        if (name == null) {
            name = new AttrName(new String(text, start, end - start));
            CACHE.put(name.text, name);
        }
        return name;
    }

    /** Whether the text can stand in an expression without quotes. */
    static boolean isPlain(String text) {
        if (text.isEmpty() || !isStart(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            if (!isPart(text.charAt(i))) {
                return false;
            }
        }
        return !Lexer.isReserved(text);
    }

    static boolean isStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    static boolean isPart(char c) {
        return isStart(c) || c >= '0' && c <= '9';
    }

    @Override
    @SuppressWarnings("StringEquality") // Keys are interned; see above.
    public boolean equals(Object other) {
        return other instanceof AttrName name && name.key == key;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}
