// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.time.Instant;

/**
 * One event of one job.
 *
 * @param cluster of the job; COD jobs have the numbers their activation gave, 1.0 by default
 * @param time written in whole seconds
 */
public record UserLogEntry(int cluster, int proc, Instant time, JobEvent event) {}
