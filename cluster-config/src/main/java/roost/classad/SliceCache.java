// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded cache from a piece of text to an immutable thing made of it, asked with a slice of a
 * character array so that a hit allocates nothing.
 *
 * <p>Two places a bucket. A newcomer takes the second place and moves to the first when it is seen
 * again, so a stream of texts that occur once (names of slots, say) does not push out those that
 * occur in every ad. Threads share it without locks: entries are immutable with final fields, and a
 * lost update only costs a miss later.
 */
final class SliceCache<T> {
    private record Entry<T>(int hash, String text, T value) {}

    private final Entry<T>[] entries;
    private final int mask;
    private final int longest;
    private final int mostChars;

    /** Characters of all texts kept, about: threads may lose each other's entries. */
    private final AtomicInteger chars = new AtomicInteger();

    /**
     * @param buckets a power of two; the cache holds at most twice as many entries
     * @param longest texts with more characters are not kept
     * @param mostChars with more characters in all texts the cache is emptied; what is made of a
     *     text takes at most some thirty bytes a character
     */
    SliceCache(int buckets, int longest, int mostChars) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Entry<T>[] array = new Entry[2 * buckets];
        this.entries = array;
        this.mask = buckets - 1;
        this.longest = longest;
        this.mostChars = mostChars;
    }

    /** The same number as {@link String#hashCode} of the slice. */
    static int hash(char[] text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text[i];
        }
        return hash;
    }

    boolean keeps(int length) {
        return length <= longest;
    }

    T find(char[] text, int start, int end, int hash) {
        int bucket = bucket(hash);
        Entry<T> first = entries[bucket];
        if (first != null && first.hash == hash && same(first.text, text, start, end)) {
            return first.value;
        }
        Entry<T> second = entries[bucket + 1];
        if (second != null && second.hash == hash && same(second.text, text, start, end)) {
            entries[bucket + 1] = first;
            entries[bucket] = second;
            return second.value;
        }
        return null;
    }

    T find(String text) {
        int hash = text.hashCode();
        int bucket = bucket(hash);
        for (int i = bucket; i <= bucket + 1; i++) {
            Entry<T> entry = entries[i];
            if (entry != null && entry.hash == hash && entry.text.equals(text)) {
                return entry.value;
            }
        }
        return null;
    }

    void put(String text, T value) {
        if (keeps(text.length())) {
            int hash = text.hashCode();
            int place = bucket(hash) + 1;
            Entry<T> replaced = entries[place];
            int change = text.length() - (replaced == null ? 0 : replaced.text.length());
            if (chars.addAndGet(change) > mostChars) {
                Arrays.fill(entries, null);
                chars.set(text.length());
            }
            entries[place] = new Entry<>(hash, text, value);
        }
    }

    private int bucket(int hash) {
        return ((hash ^ hash >>> 15) & mask) << 1;
    }

    private static boolean same(String text, char[] other, int start, int end) {
        int length = end - start;
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != other[start + i]) {
                return false;
            }
        }
        return true;
    }
}
