// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an image says about itself: enough to list it, to choose among several, and to know where it
 * can be restarted.
 *
 * @param id 32 hexadecimal digits, drawn anew for every checkpoint
 * @param parent id of the image that holds the memory which is missing here, if there is one
 * @param generation 1 for a program's first checkpoint; one more for each that follows, also across
 *     restarts
 * @param created when the program was stopped for it
 * @param program path of the executable
 * @param command its arguments, separated by blanks
 * @param directory its working directory
 * @param image where the program wrote it; it may have been moved since
 * @param pid process id at the checkpoint
 * @param uid user id at the checkpoint
 * @param threads number of threads, 1 or more
 * @param regions number of ranges of memory
 * @param memoryBytes memory held, before compression
 * @param fileBytes size of the image
 * @param pause how long the program stood still for the image; for a program that waited for it, or
 *     ended with it, until its last bytes were written. Zero if the image does not say
 * @param compressed whether some of the memory is
 * @param host the machine it was made on, as far as a restart depends on it
 * @param digest SHA-256 over everything but the data, which the block sums among it stand for: two
 *     images with the same digest hold the same bytes, unless someone made it so on purpose
 */
public record ImageHeader(
        String id,
        Optional<String> parent,
        int generation,
        Instant created,
        String program,
        String command,
        String directory,
        String image,
        int pid,
        int uid,
        int threads,
        int regions,
        long memoryBytes,
        long fileBytes,
        Duration pause,
        boolean compressed,
        HostFacts host,
        String digest) {}
