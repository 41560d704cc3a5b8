// SPDX-License-Identifier: Apache-2.0
/**
 * Running one program: what it is ({@link roost.job.JobSpec}), where it runs, what is written about
 * it. COD and batch jobs take the same way.
 */
package roost.job;
