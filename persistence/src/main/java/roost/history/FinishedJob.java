// SPDX-License-Identifier: Apache-2.0
package roost.history;

import java.time.Instant;

/**
 * A job that left the queue.
 *
 * @param owner user name without domain
 * @param completed when it ended; kept in whole seconds
 * @param ad in long form, one {@code Name = expression} a line
 */
public record FinishedJob(int cluster, int proc, String owner, Instant completed, String ad) {}
