// SPDX-License-Identifier: Apache-2.0
package roost.capture;

/**
 * A file that an incremental image borrows memory from. It is an image itself, and lies in the same
 * directory.
 *
 * @param id of the image that the file holds
 * @param name of the file; no path
 * @param fileBytes its size
 * @param sumsCrc CRC32C of its block sums, which stand for all of its data
 * @param borrowedBytes memory that is taken from it
 * @param borrowedEnd where in the file the last of it ends
 */
public record ImageLink(
        String id,
        String name,
        long fileBytes,
        int sumsCrc,
        long borrowedBytes,
        long borrowedEnd) {}
