// SPDX-License-Identifier: Apache-2.0
/**
 * The job event log that users read, in HTCondor's exact layout (module persistence; used by
 * actors).
 *
 * <p>{@link roost.userlog.JobEvent} says what happened, {@link roost.userlog.UserLogEntry} to which
 * job and when; {@link roost.userlog.UserLogWriter} appends an entry to a file as text or XML and
 * {@link roost.userlog.UserLogReader} reads both back.
 *
 * <p>Decisions: the layouts are those of HTCondor 8.8 (write-ups: manual section 2.6.6 and the
 * layout that {@code condor_userlog} and DAGMan parse). A log is opened once per job and stays
 * open; every event is one locked, synced write, taken back when the disk fills up in the middle of
 * it, so that readers never see half an event for long. Texts that come from users are kept on one
 * line: a reason with a newline in it could otherwise forge events.
 *
 * <p>Rejected: opening the log with the node's own rights and changing its owner afterwards. A node
 * that runs as root would follow the user's symbolic links; {@link roost.userlog.OpenAsUser} leaves
 * the opening to whoever can do it as the user.
 */
package roost.userlog;
