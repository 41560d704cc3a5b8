// SPDX-License-Identifier: Apache-2.0
/**
 * Starting jobs under a starter process, and finding them again.
 *
 * <p>Owner: native-bridge. Used by the actors that own jobs; knows no actor. How to use it: one
 * {@link roost.starter.StarterReactor}, {@link roost.starter.StarterLauncher} and {@link
 * roost.starter.StarterPool} per node; one fresh directory per start; {@link
 * roost.starter.StarterPool#launch}; after a restart of the node {@link roost.starter.Reattach} for
 * every directory whose job is not known to have ended; {@link
 * roost.starter.StarterConnection#acknowledgeExit} once an end is journaled.
 *
 * <h2>Decisions</h2>
 *
 * <ul>
 *   <li><b>A C process per job, not the JVM, is the job's parent.</b> It can change session, user,
 *       limits and control group, reap what is orphaned, and outlive the node. {@code
 *       java.lang.Process} can do none of that and needs a thread per child.
 *   <li><b>Spare starters.</b> Starting a process from a JVM takes a millisecond and more; a spare
 *       has done that, and made its control group, before it is needed. A launch is then one frame,
 *       one fork and one exec.
 *   <li><b>One selector thread</b> for all starters; requests are written from the caller's thread,
 *       because waking a selector costs as much as the exchange.
 *   <li><b>The exit record is reserved at the launch and overwritten in place</b> at the end, with
 *       a checksum: a full disk cannot lose it, and one fdatasync of one block took 0.07 ms where
 *       write, fsync, rename and fsync of the directory took 0.28 ms. The node is told between the
 *       write and the fdatasync: from then on its own journal answers for the end, and on a busy
 *       disk a batch job would wait tens of milliseconds to go on.
 *   <li><b>A start happens at most once.</b> The starter publishes itself by linking a file that
 *       can be made only once; a node that gives up a start makes that file first. So after a crash
 *       between request and answer the job is there or it will never be.
 *   <li><b>SIGSTOP, not a frozen control group, suspends a family</b>: users see what they expect
 *       ({@code T} in ps) and it takes 0.1 ms. The freezer is held only while a family that forks
 *       faster than it can be looked at is told to stop.
 * </ul>
 *
 * <p>Rejected: gRPC or JSON on the socket (a parser in the one process that must never fail); one
 * multiplexing helper for all jobs (its end would be the end of all); ptrace to stop at the first
 * instruction (a stop before exec is enough).
 */
package roost.starter;
