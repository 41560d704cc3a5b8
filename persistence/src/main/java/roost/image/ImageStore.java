// SPDX-License-Identifier: Apache-2.0
package roost.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import roost.id.JobId;
import roost.posix.DiskTrouble;

/**
 * Where the images of all jobs of one queue are. Blocks on the disk.
 *
 * <p>Source for the names: HTCondor 8.8, {@code gen_ckpt_name}; what is one file there is a
 * directory here, because several images of a job are kept.
 *
 * <pre>
 * ROOT/CLUSTER%10000/PROC%10000/clusterC.procP.subproc0/       0700, the job's owner's
 * ROOT/CLUSTER%10000/PROC%10000/clusterC.procP.subproc0.lock   0600, the node's; held by a run
 * </pre>
 */
public final class ImageStore {
    private static final int FAN_OUT = 10_000;
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,3}");
    private static final Pattern JOB =
            Pattern.compile("cluster([0-9]{1,9})\\.proc([0-9]{1,9})\\.subproc0(\\.lock)?");

    private final Path root;
    private final Verified verified = new Verified();

    /**
     * @param root SPOOL, or what CHECKPOINT_DIR says; two queues must not share one
     */
    public ImageStore(Path root) {
        this.root = root.toAbsolutePath();
    }

    /** The images of a job of this queue. */
    public JobImages of(JobId id) {
        return at(
                root.resolve(Integer.toString(id.cluster() % FAN_OUT))
                        .resolve(Integer.toString(id.proc() % FAN_OUT))
                        .resolve("cluster" + id.cluster() + ".proc" + id.proc() + ".subproc0"));
    }

    /** The images of a job whose directory is known, because another node's queue has the job. */
    public JobImages at(Path directory) {
        return new JobImages(directory, verified);
    }

    /**
     * Removes what belongs to no job any more: a node that died between the end of a job and the
     * removal of its images left it.
     *
     * @param exists whether a job is in the queue
     * @return what was removed or could not be, a sentence each
     */
    public List<String> sweep(Predicate<JobId> exists) {
        List<String> report = new ArrayList<>();
        for (Path clusters : numbered(root, report)) {
            for (Path procs : numbered(clusters, report)) {
                for (Path entry : list(procs, report)) {
                    jobOf(entry)
                            .filter(id -> procs.equals(of(id).directory().getParent()))
                            .filter(id -> !exists.test(id))
                            .ifPresent(id -> removeOrphan(id, entry, report));
                }
            }
        }
        return report;
    }

    private void removeOrphan(JobId id, Path entry, List<String> report) {
        try {
            if (of(id).remove()) {
                report.add("removed " + entry + ": job " + id + " is not in the queue");
            }
        } catch (IOException e) {
            report.add("cannot remove " + entry + " of job " + id + ": " + DiskTrouble.text(e));
        }
    }

    private static Optional<JobId> jobOf(Path entry) {
        Matcher name = JOB.matcher(entry.getFileName().toString());
        return name.matches() ? JobId.parse(name.group(1) + "." + name.group(2)) : Optional.empty();
    }

    private static List<Path> numbered(Path directory, List<String> report) {
        return list(directory, report).stream()
                .filter(path -> NUMBER.matcher(path.getFileName().toString()).matches())
                .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static List<Path> list(Path directory, List<String> report) {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                stream.forEach(entries::add);
            } catch (IOException e) {
                report.add(
                        "cannot look for left images in " + directory + ": " + DiskTrouble.text(e));
            }
        }
        return entries;
    }
}
