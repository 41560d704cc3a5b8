// SPDX-License-Identifier: Apache-2.0
package roost.image;

import java.util.Comparator;
import java.util.List;

/** Which images of a job are kept. Pure. */
public final class Retention {
    private Retention() {}

    /**
     * The newest images, oldest first.
     *
     * @param keep how many; 1 or more, because the newest is never given up
     */
    public static List<ImageRecord> kept(List<ImageRecord> images, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("at least one image is kept, not " + keep);
        }
        List<ImageRecord> sorted =
                images.stream().sorted(Comparator.comparingInt(ImageRecord::generation)).toList();
        return sorted.subList(Math.max(0, sorted.size() - keep), sorted.size());
    }
}
