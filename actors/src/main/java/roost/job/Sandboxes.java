// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.classad.ClassAd;
import roost.posix.Accounts;
import roost.posix.DiskTrouble;
import roost.posix.OwnedTree;

/**
 * Makes and removes the directories that jobs run in. Blocks on the disk.
 *
 * <p>Source for names and variables: HTCondor manual 8.0 §2.12.1 and §3.3.12
 * (JOB_EXECDIR_PERMISSIONS); htcondor starter.cpp, jic_local.cpp.
 */
public final class Sandboxes {
    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);
    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rwx------");

    /**
     * What all sandboxes share.
     *
     * @param permissions of the scratch directory
     * @param inherited the environment that every job begins with
     * @param added STARTER_JOB_ENVIRONMENT, which wins over the job's own
     * @param binDirectory for {@code _CONDOR_BIN}; empty if there is none
     * @param changesUser whether the node is root, so that jobs run as their owners
     */
    public record Settings(
            Set<PosixFilePermission> permissions,
            Map<String, String> inherited,
            Map<String, String> added,
            String binDirectory,
            boolean changesUser) {}

    private final Settings settings;

    public Sandboxes(Settings settings) {
        this.settings = settings;
    }

    /** The account a job runs as; none means the node's own. */
    public Optional<Accounts.Account> user(JobSpec spec) throws JobFailure {
        if (!settings.changesUser()) {
            return Optional.empty();
        }
        String owner =
                spec.owner()
                        .orElseThrow(
                                () ->
                                        new JobFailure(
                                                "ERROR: Owner not found in JobAd.  Aborting."));
        Accounts.Account user =
                Accounts.byName(owner)
                        .orElseThrow(
                                () ->
                                        new JobFailure(
                                                "ERROR: Uid for \""
                                                        + owner
                                                        + "\" not found in passwd database for a"
                                                        + " local job"));
        return user.uid() == 0 ? Optional.empty() : Optional.of(user);
    }

    /**
     * Makes the directories and the files in them.
     *
     * @throws JobFailure if that is not possible; nothing is left behind then
     */
    Starters.Placement prepare(JobSpec spec, Sandbox sandbox, ClassAd machine) throws JobFailure {
        Optional<Accounts.Account> user = user(spec);
        try {
            Files.createDirectories(sandbox.starter().getParent());
            Files.createDirectory(sandbox.starter(), PosixFilePermissions.asFileAttribute(PRIVATE));
            Files.createDirectory(
                    sandbox.directory(), PosixFilePermissions.asFileAttribute(PRIVATE));
            write(sandbox.directory().resolve(".job.ad"), spec.ad().toString(), user);
            write(sandbox.directory().resolve(".machine.ad"), machine.toString(), user);
            Files.setPosixFilePermissions(sandbox.directory(), settings.permissions());
            own(sandbox.directory(), user);
            if (spec.guest().isPresent()) {
                Files.createDirectories(spec.guest().get().lock().getParent());
            }
        } catch (IOException e) {
            remove(sandbox);
            throw new JobFailure(
                    "cannot make sandbox " + sandbox.directory() + ": " + DiskTrouble.text(e), e);
        }
        return placement(spec, sandbox, user);
    }

    /** What a sandbox that was made is for. */
    Starters.Placement placement(JobSpec spec, Sandbox sandbox) throws JobFailure {
        return placement(spec, sandbox, user(spec));
    }

    private Starters.Placement placement(
            JobSpec spec, Sandbox sandbox, Optional<Accounts.Account> user) {
        Path cwd = spec.workingDirectory().map(Path::of).orElse(sandbox.directory());
        return new Starters.Placement(
                Path.of(spec.executable()),
                spec.arguments(),
                cwd,
                environment(spec, sandbox, cwd),
                user,
                false,
                spec.guest().map(JobSpec.Guest::lock));
    }

    private static void write(Path file, String text, Optional<Accounts.Account> user)
            throws IOException {
        Files.writeString(file, text);
        own(file, user);
    }

    private static void own(Path path, Optional<Accounts.Account> user) throws IOException {
        if (user.isPresent()) {
            Files.setAttribute(path, "unix:uid", user.get().uid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", user.get().gid(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private Map<String, String> environment(JobSpec spec, Sandbox sandbox, Path cwd) {
        String scratch = sandbox.directory().toString();
        Map<String, String> all = new HashMap<>(settings.inherited());
        all.putAll(spec.environment());
        all.put("_CONDOR_SLOT", spec.slot());
        all.put("_CONDOR_JOB_IWD", cwd.toString());
        all.put("_CONDOR_JOB_PIDS", "");
        all.put("BATCH_SYSTEM", "HTCondor");
        if (spec.checkpointing().isEmpty()) {
            // A program that goes on from an image has the environment of its first run, and the
            // scratch directory of that run is gone.
            all.put("_CONDOR_SCRATCH_DIR", scratch);
            all.put("_CONDOR_JOB_AD", scratch + "/.job.ad");
            all.put("_CONDOR_MACHINE_AD", scratch + "/.machine.ad");
            all.put("TMPDIR", scratch);
            all.put("TEMP", scratch);
            all.put("TMP", scratch);
        }
        if (!settings.binDirectory().isEmpty()) {
            all.put("_CONDOR_BIN", settings.binDirectory());
        }
        all.putAll(settings.added());
        return all;
    }

    /**
     * Removes what a node that died could not: sandboxes of runs whose end is durable. Which those
     * are is found out at once, so that a sandbox made after this returns is none of them.
     *
     * @param execute where the sandboxes are
     * @param prefix what the names of those in question begin with
     * @param inUse scratch directories that stay
     * @param remover does the removing, which may take long
     */
    public void sweep(Path execute, String prefix, Set<Path> inUse, Executor remover) {
        Set<Sandbox> left = new HashSet<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(execute, "{starter_,}" + prefix + "*")) {
            found.forEach(directory -> left.add(Sandbox.owning(directory)));
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("cannot look for left sandboxes in {}: {}", execute, DiskTrouble.text(e));
        }
        left.removeIf(sandbox -> inUse.contains(sandbox.directory()));
        left.forEach(sandbox -> remover.execute(() -> removeLeft(sandbox)));
    }

    private void removeLeft(Sandbox sandbox) {
        LOG.info("removing {}, which an earlier node left behind", sandbox.directory());
        remove(sandbox);
    }

    /** Makes place for another starter where one was that is gone. */
    void renewStarter(Sandbox sandbox) throws JobFailure {
        try {
            OwnedTree.remove(sandbox.starter());
            Files.createDirectory(sandbox.starter(), PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (IOException e) {
            throw new JobFailure(
                    "cannot make " + sandbox.starter() + ": " + DiskTrouble.text(e), e);
        }
    }

    /** Removes everything of a sandbox; what cannot be removed is logged and left. */
    void remove(Sandbox sandbox) {
        for (Path directory : new Path[] {sandbox.directory(), sandbox.starter()}) {
            try {
                OwnedTree.remove(directory);
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", directory, DiskTrouble.text(e));
            }
        }
    }

    /** Free space where the sandboxes are, KiB; 0 if it cannot be told. */
    public static long freeKib(Path execute) {
        try {
            FileStore store = Files.getFileStore(execute);
            return store.getUsableSpace() / 1024;
        } catch (IOException e) {
            return 0;
        }
    }
}
