// SPDX-License-Identifier: Apache-2.0
/**
 * The node: its process, its start and recovery, its place in the cluster, and the one {@link
 * roost.api.Api} that every door and every peer speaks to.
 *
 * <p>Decisions. A node is ready as soon as what it holds is back; it joins the pool afterwards and
 * serves its own users whether it finds the others or not. Every durable fact lives on one node, so
 * a node that the others lose goes on alone: there is no split brain to resolve, and the resolver
 * that would shut one side down was rejected ({@link roost.node.AutoDown}). A query of the pool
 * asks every node for its own ads; a collector that keeps copies was rejected, because the answer
 * would be as old as its last update. A node keeps its port over restarts, because its address is
 * part of claim ids.
 *
 * <p>Claims are read back in one pass over the journal through the same pure functions that their
 * actors use; only active ones get an actor then.
 */
package roost.node;
