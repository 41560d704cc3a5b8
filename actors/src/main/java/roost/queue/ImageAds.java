// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.api.ImageAd;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.image.ImageRecord;
import roost.image.ImageStore;

/** A job's images as users see them; the names are in {@link ImageAd}. Pure. */
final class ImageAds {
    private final ImageStore store;

    /**
     * @param store knows where images are
     */
    ImageAds(ImageStore store) {
        this.store = store;
    }

    /**
     * All of a job's images, newest first.
     *
     * @param writing the image that is being written, if one is
     */
    List<ClassAd> of(
            JobId id, String owner, JobState state, Optional<JobReport.ImageNews> writing) {
        List<ClassAd> ads = new ArrayList<>();
        for (ImageRecord image : state.totals().saved().images()) {
            ads.add(0, complete(id, owner, image));
        }
        writing.ifPresent(news -> ads.add(0, writing(id, owner, news)));
        return ads;
    }

    Optional<ClassAd> newest(JobId id, String owner, JobState state) {
        return state.totals().saved().newest().map(image -> complete(id, owner, image));
    }

    private static ClassAd writing(JobId id, String owner, JobReport.ImageNews news) {
        ClassAd.Builder ad =
                ad(id, owner)
                        .put(ImageAd.STATE, ImageAd.WRITING)
                        .putReal(ImageAd.CREATED, news.sinceMillis() / 1000.0)
                        .putInt(ImageAd.SIZE, news.bytes())
                        .putInt(ImageAd.EXPECTED, news.expectedBytes());
        if (!news.reason().isEmpty()) {
            ad.put(ImageAd.WAITS_FOR, news.reason());
        }
        return ad.build();
    }

    private ClassAd complete(JobId id, String owner, ImageRecord image) {
        return ad(id, owner)
                .put(ImageAd.STATE, ImageAd.COMPLETE)
                .putInt(ImageAd.GENERATION, image.generation())
                .putReal(ImageAd.CREATED, image.createdMillis() / 1000.0)
                .putInt(ImageAd.SIZE, image.bytes())
                .putReal(ImageAd.PAUSE, image.pauseMicros() / 1e6)
                .putReal(ImageAd.TOOK, image.tookMillis() / 1000.0)
                .put(ImageAd.REASON, image.reason())
                .put(ImageAd.HOST, image.host().host())
                .put(ImageAd.DIGEST, image.digest())
                .put(ImageAd.ENGINE, image.engine())
                .put(ImageAd.PATH, store.of(id).generation(image.generation()).toString())
                .build();
    }

    private static ClassAd.Builder ad(JobId id, String owner) {
        return ClassAd.builder()
                .put("MyType", "Image")
                .putInt("ClusterId", id.cluster())
                .putInt("ProcId", id.proc())
                .put("Owner", owner);
    }
}
