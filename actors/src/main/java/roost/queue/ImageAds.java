// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.api.ImageAd;
import roost.classad.ClassAd;
import roost.id.JobId;

/** A job's images as users see them; the names are in {@link ImageAd}. Pure. */
final class ImageAds {
    private ImageAds() {}

    /**
     * @param writing the image that is being written; null if none is
     */
    static List<ClassAd> of(
            JobId id, String owner, JobState state, BatchJobActor.ImageNews writing) {
        List<ClassAd> ads = new ArrayList<>();
        if (writing != null) {
            ads.add(
                    ad(id, owner)
                            .put(ImageAd.STATE, ImageAd.WRITING)
                            .putReal(ImageAd.CREATED, writing.sinceMillis() / 1000.0)
                            .putInt(ImageAd.SIZE, writing.bytes())
                            .putInt(ImageAd.EXPECTED, writing.expectedBytes())
                            .build());
        }
        return ads;
    }

    static Optional<ClassAd> newest(JobId id, String owner, JobState state) {
        return of(id, owner, state, null).stream().findFirst();
    }

    private static ClassAd.Builder ad(JobId id, String owner) {
        return ClassAd.builder()
                .put("MyType", "Image")
                .putInt("ClusterId", id.cluster())
                .putInt("ProcId", id.proc())
                .put("Owner", owner);
    }
}
