// SPDX-License-Identifier: Apache-2.0
/**
 * Where checkpoint images are kept, and which one a job goes on from (module persistence; used by
 * the actors that run jobs and by the one that remembers them).
 *
 * <p>{@link roost.image.ImageStore} knows the directories, {@link roost.image.JobImages} the files
 * of one job, {@link roost.image.Retention} how many are kept. What is true is in the job's own
 * journal, as a list of {@link roost.image.ImageRecord}s; the files are what it speaks of.
 *
 * <h2>The way of an image</h2>
 *
 * The program writes {@code live.tmp}, syncs it and renames it to {@code live}. From then on it is
 * complete. {@code adopt} gives the same file a second name, {@code image.N}, which no program
 * writes to, and syncs the directory; then the record is journaled; then {@code prune} deletes what
 * is no longer kept. So there is no moment without a whole image on the disk, and a process that
 * dies between two steps leaves one of three things behind: an image without a generation, a
 * generation without a record (both are adopted the next time), or one generation too many (the
 * next pruning takes it). A step can be done again without harm.
 *
 * <p>A restart is from {@code live} as well, made anew as a link to the generation that was chosen,
 * so that a program always finds its image under the one name that it was started with.
 *
 * <p>{@code choose} goes from the newest generation to the oldest and takes the first that is
 * whole. An image is read from end to end for that once in a node's life, and not at all if the
 * node saw it written: reading back what is still in memory proves nothing about the disk, costs a
 * quarter of a second for each GiB between a vacated job's release and its first instruction, and
 * the restorer holds every block against its sum anyway.
 *
 * <h2>Never twice at once</h2>
 *
 * The starter of a run holds a lock on the job's lock file until it ends, however it ends; the
 * kernel gives it back. Nobody can start the job elsewhere while that lock is held, whatever nodes
 * believe about each other. The lock is an open file description lock, which file systems shared by
 * several machines keep among all of them.
 *
 * <h2>Whose files</h2>
 *
 * The images belong to the job's owner, because the job writes them; the node, which may be root,
 * links, renames and deletes names in the owner's directory but writes no file there. The way to
 * that directory is the node's own, so it cannot be led elsewhere. What lies in it is looked up
 * with {@link roost.posix.PinnedFile}: a symbolic link, a FIFO or somebody else's file under an
 * image's name is as good as no image.
 *
 * <h2>Rejected</h2>
 *
 * <ul>
 *   <li>A durable actor, or a database, as the catalogue of all images: a second truth beside the
 *       job's journal, which would have to be kept in step with it.
 *   <li>A new file name for each image that is given to the program: the library has one name, and
 *       a program may take an image at any time by itself.
 *   <li>Renaming {@code live} to a generation instead of linking: a program that dies in that
 *       moment would have no image under the name that it knows.
 *   <li>Copying images: it costs the disk twice and minutes for large ones.
 *   <li>A store owned by root that images are moved into: the program could not be restarted from
 *       there without the node handing it out again.
 *   <li>Images that are directories (those of CRIU): they cannot be linked. They are not kept in
 *       generations.
 * </ul>
 */
package roost.image;
