// SPDX-License-Identifier: Apache-2.0
/**
 * Matchmaking: which idle job goes to which free slot.
 *
 * <p>{@link roost.match.Matchmaker} is a pure function of ads. The queue of a node calls it
 * whenever a job becomes idle or a slot free; a negotiator between many nodes calls the same
 * function.
 */
package roost.match;
