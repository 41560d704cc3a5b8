// SPDX-License-Identifier: Apache-2.0
/**
 * Images of running programs: making one, going on from one, and knowing what is in one.
 *
 * <p>{@link roost.capture.CaptureEngine} is what the rest of Roost knows. {@link
 * roost.capture.LibraryEngine} is the default: the checkpoint library in the program ({@code
 * c/ckpt}) makes the image, the restorer ({@code c/restart}) brings it back, and nothing here needs
 * a privilege. {@link roost.capture.CriuEngine} is for where CRIU is installed and passes its own
 * check.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>An engine says how to start a program; it starts none. The node starts jobs through its
 *       starters, fresh and restarted ones alike, and they outlive the node's JVM. Rejected: an
 *       engine that restarts and returns a process, which would be a second way for a job to come
 *       to life.
 *   <li>Images are read here a second time, in Java, beside the restorer's reader in C, and a test
 *       holds both against one compiler's view of the format. A node must be able to tell which of
 *       its images are whole without running native code on bytes that it does not trust.
 *   <li>Whether a program can be checkpointed is found out by one tool, {@code roost-checkpoint
 *       --check}, for the shell and for Java alike. Rejected: reading ELF files here as well.
 *   <li>An incremental image names every file it borrows memory from, and where in it, so that no
 *       reader goes from image to image; the files are earlier images, kept by a second link. It is
 *       off unless asked for, because an image is then no longer one file. Rejected: differences
 *       that a reader lays over one another (as slow as the chain is long); appending to the image
 *       (an image cut short would pass for an older one, and every link to it would change);
 *       sharing blocks with the image before (not every file system can).
 *   <li>A new image is noticed by looking at its name every few milliseconds, not by an inotify
 *       watch: a look costs microseconds, works on every file system, and has no queue that can
 *       overflow.
 *   <li>That there will be no image is concluded from silence, because a program that cannot write
 *       one goes on without a word, as HTCondor's does: no signal pends, nothing is waited for, and
 *       nobody has the unfinished file open. Rejected: a word from the library (whoever is killed
 *       says none); the file's growth (a disk may take minutes to make gigabytes durable); a lock
 *       on it (network file systems may have none).
 * </ul>
 *
 * <p>May be used by the modules persistence (readers) and actors (engines). Knows no actor.
 */
package roost.capture;
