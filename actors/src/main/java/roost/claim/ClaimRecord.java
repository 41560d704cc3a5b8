// SPDX-License-Identifier: Apache-2.0
package roost.claim;

/** Marks what a claim's journal holds: its events and, in snapshots, its states. */
public interface ClaimRecord {}
