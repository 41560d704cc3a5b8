// SPDX-License-Identifier: Apache-2.0
/**
 * Slots: the share of the machine that one batch job gets, and that COD jobs borrow. Nothing here
 * is durable; a slot is what its claims and its batch job say it is.
 */
package roost.slot;
