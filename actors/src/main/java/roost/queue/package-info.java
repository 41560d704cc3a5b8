// SPDX-License-Identifier: Apache-2.0
/**
 * The batch queue of one node: submission, hold, release, removal, and the life of each job.
 *
 * <p>{@link roost.queue.QueueActor} numbers clusters and remembers, durably and in one event a
 * cluster, what was submitted; so a submission is there whole or not at all. Each job is a {@link
 * roost.queue.BatchJobActor} with a journal of its own. Where a job stands is a pure value, {@link
 * roost.queue.JobState}; the actor adds the journal, the slot and the user log around it.
 *
 * <p>The user log is written after the change is journaled. A crash between the two would lose the
 * log event, so after a recovery the job looks whether the log already has the event of its last
 * change and appends it if not ({@link roost.queue.JobLog}): each event is in the log exactly once.
 *
 * <p>Rejected: one actor for the whole queue with one journal stream. It would make the journal
 * write of one job wait for that of another, and the queue file of 4,500 lines that comes of it is
 * known from elsewhere.
 */
package roost.queue;
