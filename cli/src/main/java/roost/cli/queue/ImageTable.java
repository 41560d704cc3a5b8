// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.api.ImageAd;
import roost.classad.ClassAd;
import roost.cli.format.Durations;
import roost.cli.format.ImageText;
import roost.id.JobId;

/** {@code condor_q -ckpt}: a row an image. HTCondor has nothing like it. */
final class ImageTable {
    private static final String ROW = "%-8s %-14.14s %3s %12s %12s %10s %-14.14s %s";

    private ImageTable() {}

    /**
     * The rows, and what they come to.
     *
     * @param now Unix time in seconds
     * @param columns how long a row may be; 0 for no limit
     */
    static String print(List<ClassAd> images, double now, int columns) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                String.format(
                        ROW, " ID", "OWNER", "GEN", "AGE", "SIZE", "PAUSE", "WHERE", "REASON"),
                columns);
        for (ClassAd image : images) {
            line(text, row(image, now), columns);
        }
        return text.append('\n').append(totals(images)).toString();
    }

    private static String row(ClassAd image, double now) {
        JobId id = JobTable.id(image);
        boolean complete = image.getString(ImageAd.STATE).equals(Optional.of(ImageAd.COMPLETE));
        double age = Math.max(0, now - image.getReal(ImageAd.CREATED).orElse(now));
        return String.format(
                ROW,
                String.format("%4d.%-3d", id.cluster(), id.proc()),
                image.getString("Owner").orElse("??"),
                complete ? image.getInteger(ImageAd.GENERATION).orElse(0) : "-",
                Durations.dayTime((long) age, 3),
                ImageText.bytes(image.getInteger(ImageAd.SIZE).orElse(0)),
                complete ? ImageText.pause(image.getReal(ImageAd.PAUSE).orElse(0)) : "-",
                image.getString(ImageAd.HOST).orElse(""),
                complete ? image.getString(ImageAd.REASON).orElse("") : progress(image));
    }

    private static String progress(ClassAd image) {
        Optional<String> waits = image.getString(ImageAd.WAITS_FOR).filter(why -> !why.isEmpty());
        if (waits.isPresent()) {
            return "waits: " + waits.get();
        }
        long expected = image.getInteger(ImageAd.EXPECTED).orElse(0);
        return "being written" + (expected > 0 ? ", of " + ImageText.bytes(expected) : "");
    }

    private static String totals(List<ClassAd> images) {
        Map<JobId, Integer> jobs = new LinkedHashMap<>();
        List<ClassAd> complete = new ArrayList<>();
        long bytes = 0;
        for (ClassAd image : images) {
            if (image.getString(ImageAd.STATE).equals(Optional.of(ImageAd.COMPLETE))) {
                complete.add(image);
                bytes += image.getInteger(ImageAd.SIZE).orElse(0);
                jobs.merge(JobTable.id(image), 1, Integer::sum);
            }
        }
        return complete.size()
                + " images of "
                + jobs.size()
                + " jobs, "
                + ImageText.bytes(bytes)
                + "\n\n";
    }

    private static void line(StringBuilder text, String row, int columns) {
        String whole = row.stripTrailing();
        boolean cut = columns > 0 && whole.length() > columns;
        text.append(cut ? whole.substring(0, columns) : whole).append('\n');
    }
}
