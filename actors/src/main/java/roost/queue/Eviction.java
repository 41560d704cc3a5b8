// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import roost.job.Initiator;

/**
 * That a run ended before its program did.
 *
 * @param why for people
 * @param checkpointed whether the program's last act was to write an image
 * @param lostSeconds running time since the newest image, suspension not counted; of the whole run
 *     if it made none; 0 if it was checkpointed
 */
record Eviction(Initiator by, String why, boolean checkpointed, double lostSeconds)
        implements QueueRecord {}
