// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Arrays;

/**
 * The names of an ad, in the order in which they were written, with an index over them. Ads with
 * the same names in the same order share one shape, so that an ad itself is an array of values.
 */
final class AdShape {
    static final AdShape EMPTY = new AdShape(new AttrName[0]);

    private static final int CACHE_SLOTS = 1024;
    private static final AdShape[] CACHE = new AdShape[CACHE_SLOTS];

    /** Shapes with more names are not shared: each would hold too much for one cache slot. */
    private static final int CACHE_LONGEST = 1024;

    final AttrName[] names;
    final boolean shadowsSpecialNames;
    private final int sequenceHash;

    /** Open addressing; a cell holds an index into {@link #names} plus one, zero is free. */
    private final char[] table;

    private final int mask;

    /** Takes over {@code names}, which has no name twice. */
    private AdShape(AttrName[] names) {
        this.names = names;
        this.sequenceHash = sequenceHash(names, names.length);
        int size = Integer.highestOneBit(Math.max(2, names.length * 2 - 1)) * 2;
        this.table = new char[size];
        this.mask = size - 1;
        boolean shadows = false;
        for (int i = 0; i < names.length; i++) {
            int cell = names[i].hash & mask;
            while (table[cell] != 0) {
                cell = cell + 1 & mask;
            }
            table[cell] = (char) (i + 1);
            shadows |= names[i].special != SpecialName.NONE;
        }
        this.shadowsSpecialNames = shadows;
    }

    int size() {
        return names.length;
    }

    /** The position of the attribute, or -1. */
    @SuppressWarnings("StringEquality") // Keys are interned.
    int indexOf(AttrName name) {
        String key = name.key;
        int cell = name.hash & mask;
        int entry = table[cell];
        while (entry != 0) {
            if (names[entry - 1].key == key) {
                return entry - 1;
            }
            cell = cell + 1 & mask;
            entry = table[cell];
        }
        return -1;
    }

    /** The shape with exactly these names in this order, or null where none is known. */
    static AdShape known(AttrName[] names, int count) {
        if (count > CACHE_LONGEST) {
            return null;
        }
        int hash = sequenceHash(names, count);
        AdShape shape = CACHE[hash & CACHE_SLOTS - 1];
        return shape != null
                        && shape.sequenceHash == hash
                        && sameSequence(shape.names, names, count)
                ? shape
                : null;
    }

    /** The shape for names of which none occurs twice. */
    static AdShape of(AttrName[] names, int count) {
        if (count == 0) {
            return EMPTY;
        }
        AdShape shape = known(names, count);
        if (shape == null) {
            shape = new AdShape(Arrays.copyOf(names, count));
            if (count <= CACHE_LONGEST) {
                CACHE[shape.sequenceHash & CACHE_SLOTS - 1] = shape;
            }
        }
        return shape;
    }

    private static int sequenceHash(AttrName[] names, int count) {
        int hash = count;
        for (int i = 0; i < count; i++) {
            hash = hash * 31 + names[i].hash;
        }
        return hash ^ hash >>> 16;
    }

    private static boolean sameSequence(AttrName[] a, AttrName[] b, int count) {
        if (a.length != count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            // The written case counts here: a shape is what an ad prints its names from.
            if (a[i] != b[i] && !a[i].text.equals(b[i].text)) {
                return false;
            }
        }
        return true;
    }
}
