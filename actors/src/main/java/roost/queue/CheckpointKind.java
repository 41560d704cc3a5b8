// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import roost.classad.ClassAd;
import roost.job.JobSpecs;
import roost.job.SelfCheckpointing;

/**
 * What a job's ad says of its checkpoints.
 *
 * @param library whether it runs under the checkpoint library
 * @param images whether the library makes images of it, and it goes on from them
 * @param byItself whether it checkpoints itself, by ending in a way it has promised
 */
record CheckpointKind(boolean library, boolean images, boolean byItself) {

    static CheckpointKind of(ClassAd ad) {
        boolean library = ad.getInteger("JobUniverse").orElse(0) == JobSpecs.STANDARD;
        return new CheckpointKind(
                library,
                library && ad.getBoolean("WantCheckpoint").orElse(true),
                !library && SelfCheckpointing.isPromisedBy(ad));
    }

    boolean any() {
        return images || byItself;
    }
}
