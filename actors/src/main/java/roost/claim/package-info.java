// SPDX-License-Identifier: Apache-2.0
/**
 * COD claims: the right to run one's own jobs on a slot.
 *
 * <p>{@link roost.claim.ClaimState} is the state machine, pure; the claim actor makes its decisions
 * durable and carries them out; the claim directory finds a claim's actor, or wakes it, in constant
 * time however many claims there are.
 */
package roost.claim;
