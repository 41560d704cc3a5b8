// SPDX-License-Identifier: Apache-2.0
/**
 * Finished jobs and who used how much (module persistence; used by actors, and by the command line
 * for reading).
 *
 * <p>{@link roost.history.History} is the file that {@code condor_history} reads: ads in long form,
 * each followed by a line that begins with {@code ***}. {@link roost.history.Accounting} is a small
 * file of totals per user.
 *
 * <p>Decisions: neither is in the journal. History only grows, is read newest first and is rotated
 * by size, for which a plain file is better; users also read it with their own tools. Accounting is
 * a handful of numbers rewritten as a whole, and losing the last seconds of it does no harm.
 */
package roost.history;
