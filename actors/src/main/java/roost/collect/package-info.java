// SPDX-License-Identifier: Apache-2.0
/**
 * The pool's soft state: which nodes there are and what their slots look like.
 *
 * <p>Every node with the manager role has a {@link roost.collect.CollectorActor}; every node sends
 * its ads to all of them, as HTCondor's daemons do to a list of collectors. So any of them answers
 * for the whole pool, and none is missed when it dies. What a collector knows can be had again from
 * the nodes at any time, so nothing of it is durable.
 *
 * <p>Rejected: one collector as a cluster singleton. It would have to move when its node dies, and
 * until the cluster had decided that, {@code condor_status} would have nobody to ask.
 *
 * <p>Per-claim attributes are not advertised: a slot may have a hundred thousand claims. They are
 * fetched from the nodes when somebody asks for them, at most {@link
 * roost.collect.CollectorActor#CLAIMS_PER_SLOT_MAX} of a slot of another node.
 */
package roost.collect;
