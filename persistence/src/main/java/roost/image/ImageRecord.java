// SPDX-License-Identifier: Apache-2.0
package roost.image;

import roost.capture.HostFacts;

/**
 * What is remembered of one image of a job, in the job's journal. The names of the fields are
 * frozen, because journals hold them.
 *
 * @param generation 1 for the first image of a job; a number is never given twice
 * @param createdMillis when the program was stopped for it, Unix milliseconds
 * @param bytes size of the file
 * @param digest SHA-256 over all of the image but its data, which the block sums among it stand
 *     for; hexadecimal
 * @param host the machine it was made on, as far as a restart depends on it
 * @param program path of the program's executable
 * @param programDigest names the content of that file: two with the same text are the same program
 * @param pauseMicros how long the program stood still for it
 * @param tookMillis from the request until it was durable; 0 if nobody asked, because the program
 *     did it by itself
 * @param reason why it was taken, for people: {@code via condor_checkpoint (by user ann)}
 * @param engine name of the engine that can restart it
 */
public record ImageRecord(
        int generation,
        long createdMillis,
        long bytes,
        String digest,
        HostFacts host,
        String program,
        String programDigest,
        long pauseMicros,
        long tookMillis,
        String reason,
        String engine) {}
