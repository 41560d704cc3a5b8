// SPDX-License-Identifier: Apache-2.0
/** The batch queue from the shell: {@code condor_q}, {@code condor_rm}, and their relatives. */
package roost.cli.queue;
