// SPDX-License-Identifier: Apache-2.0
package roost.cli.format;

import java.util.Locale;
import roost.api.ImageAd;
import roost.classad.ClassAd;

/** What an image is, in words. */
public final class ImageText {
    private static final double KIB = 1024;

    private ImageText() {}

    /** {@code image 3, 1024.0 MiB in 1.32 s (775.8 MiB/s), paused 2.1 ms}. */
    public static String of(ClassAd image) {
        long bytes = image.getInteger(ImageAd.SIZE).orElse(0);
        double took = image.getReal(ImageAd.TOOK).orElse(0);
        return "image "
                + image.getInteger(ImageAd.GENERATION).orElse(0)
                + ", "
                + bytes(bytes)
                + " in "
                + format("%.2f s", took)
                + (took > 0 ? " (" + bytes(Math.round(bytes / took)) + "/s)" : "")
                + ", paused "
                + pause(image.getReal(ImageAd.PAUSE).orElse(0));
    }

    /** A pause, given in seconds. */
    public static String pause(double seconds) {
        return seconds < 1 ? format("%.1f ms", seconds * 1000) : format("%.2f s", seconds);
    }

    /** A number of bytes with the unit that suits it. */
    public static String bytes(long bytes) {
        if (bytes < KIB) {
            return bytes + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        double shown = bytes / KIB;
        int unit = 0;
        while (shown >= 10 * KIB && unit < units.length - 1) {
            shown /= KIB;
            unit++;
        }
        return format("%.1f ", shown) + units[unit];
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
