// SPDX-License-Identifier: Apache-2.0
/**
 * COD claims: the right to run one's own jobs on a slot.
 *
 * <p>{@link roost.claim.ClaimState} is the state machine, pure; the claim actor makes its decisions
 * durable and carries them out; the claim directory finds a claim's actor, or wakes it, in constant
 * time however many claims there are.
 *
 * <p>Durable first, then carried out, with one exception: while an activation, a suspension or a
 * resumption is being written, the job that is in its way is stopped already. A stop is undone
 * without a trace should the write fail, and takes as long as the write; one after the other cost
 * 1.4 ms more before a suspended job stood still. Ends are not begun early: a killed job stays
 * dead, whatever the caller is told about his request.
 */
package roost.claim;
