// SPDX-License-Identifier: Apache-2.0
/**
 * Batch jobs that run on another node than the one whose queue they are in (module actors; used by
 * the queue on the one side, by the node on the other).
 *
 * <p>The queue's node decides everything: what is started where, what is ended and why, what a
 * run's end means. The other node is a host: {@link roost.guest.GuestsActor} gives the runs to its
 * slots as if they were of its own queue, and passes on what the slots say. {@link
 * roost.guest.HostsActor}, beside the queue, knows which hosts there are and tells the queue about
 * their slots.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A host remembers its guests in its journal before it starts them, and holds their slots for
 *       them when it starts again, although only another node knows what they are for. An end stays
 *       with the host until the queue's node has made it durable and says so.
 *   <li>Messages between nodes may be lost. Each says all that is to be so (start this run, end it,
 *       what about it?), is sent again until it is answered, and does nothing the second time. A
 *       host that has guests of a queue that does not know them is told so when they meet (a
 *       census), and kills them.
 *   <li>That no job runs twice does not rest on messages, or on who believes whom to be gone, but
 *       on the lock that a run's starter holds ({@link roost.image}). A node that is away keeps its
 *       runs, as far as the queue is concerned, until it has left the cluster and their locks can
 *       be had. The locked file then says how the run ended, so what is finished is not run again
 *       because its node is gone.
 *   <li>A queue's node that stops or dies leaves its runs elsewhere alone, and finds them again, or
 *       their ends. A host waits for it for the time of the job's lease; then it has the job write
 *       an image and leave, so that a queue which never comes back does not keep slots for ever.
 *   <li>Files are where they are: a host is used only if FILESYSTEM_DOMAIN and UID_DOMAIN are the
 *       same on both.
 * </ul>
 *
 * <p>Rejected: sharding or singletons that carry jobs from node to node, because the processes, the
 * sandbox and the starter's record of a run cannot follow; and slots that take orders from remote
 * queues directly, because a slot has no memory of its own and would give itself away to somebody
 * else after a restart.
 */
package roost.guest;
