// SPDX-License-Identifier: Apache-2.0
/**
 * Orders for the batch jobs that run in slots: {@code condor_checkpoint} (also {@code condor_ckpt})
 * and {@code condor_vacate}. Both are HTCondor's one tool for all machine commands, with its own
 * way of reading words.
 */
package roost.cli.checkpoint;
