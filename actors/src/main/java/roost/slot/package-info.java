// SPDX-License-Identifier: Apache-2.0
/**
 * Slots: the share of the machine that one batch job gets, and that COD jobs borrow. Nothing here
 * is durable; a slot is what its claims and its batch job say it is.
 *
 * <h2>Who decides</h2>
 *
 * Two pure functions and an actor that carries out what they say. {@link roost.slot.SlotArbiter}
 * says who runs now, COD jobs before the batch job. {@link roost.slot.SlotMachine} says what the
 * machine's owner wants of the batch job; it answers with HTCondor's State and Activity, out of the
 * expressions of {@link roost.slot.OwnerPolicy}. The owner's wish to stop the job reaches the
 * arbiter as one more reason, so the two never contradict each other: the job goes on when neither
 * stops it.
 *
 * <p>A job that must leave is not ended here. Its owner in the queue is told ({@link
 * roost.slot.BatchEvent.MustLeave}), makes durable who wants that and why, and then orders its end.
 * So a node that dies in between knows that the program did not end by itself. The price is that
 * with a full disk, where nothing can be made durable, the owner can have jobs stopped but not sent
 * away.
 *
 * <h2>Measuring</h2>
 *
 * {@link roost.slot.MachineLoad} reads the machine at most once a second for all slots. The load of
 * a batch job comes from its starter, which knows the whole family; asking it costs nothing where
 * the policy does not run, and nothing here is on the way of a COD job's start.
 *
 * <h2>Rejected</h2>
 *
 * <ul>
 *   <li>A state Matched: a match and its claim are one message to the slot, as queue and slots
 *       trust each other.
 *   <li>Asking the policy at every event instead of at intervals: expressions with a time in them
 *       would need the intervals all the same, and jobs would start and stop in the rhythm of
 *       events.
 *   <li>Journaling where the slot's policy stands: the expressions, asked again after a restart,
 *       say the same.
 * </ul>
 */
package roost.slot;
