// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Arrays;

/**
 * Collects the attributes of an ad being read. Faster than the builder in the usual case, an ad
 * whose sequence of names has been seen before: then no index over the names is needed at all.
 */
final class AdAssembler {
    private AttrName[] names = new AttrName[64];
    private Expr[] values = new Expr[64];
    private int size;

    /** False when the ad is full. */
    boolean add(AttrName name, Expr value) {
        if (size == Limits.ATTRIBUTES) {
            return false;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        names[size] = name;
        values[size] = value;
        size++;
        return true;
    }

    int size() {
        return size;
    }

    /** The ad; of attributes with the same name the last wins. Leaves this empty for the next. */
    ClassAd finish() {
        AdShape shape = AdShape.known(names, size);
        ClassAd ad;
        if (shape != null) {
            ad = new ClassAd(shape, Arrays.copyOf(values, size));
        } else {
            ClassAd.Builder builder = ClassAd.builder();
            for (int i = 0; i < size; i++) {
                builder.put(names[i], values[i]);
            }
            ad = builder.build();
        }
        size = 0;
        return ad;
    }
}
