// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What a job's family uses.
 *
 * @param userCpu of all, those that have ended included
 * @param systemCpu likewise
 * @param rssBytes resident now, summed (shared pages count for each)
 * @param largestRssBytes the most that one process had, or the family when it was looked at
 * @param processes alive now
 */
public record Usage(
        Duration userCpu, Duration systemCpu, long rssBytes, long largestRssBytes, int processes) {
    static Usage decode(ByteBuffer in) {
        return new Usage(
                ExitRecord.micros(in.getLong()),
                ExitRecord.micros(in.getLong()),
                in.getLong(),
                in.getLong(),
                in.getInt());
    }
}
