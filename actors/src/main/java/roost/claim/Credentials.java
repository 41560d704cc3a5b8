// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.posix.Accounts;
import roost.posix.DiskTrouble;
import roost.posix.Posix;

/**
 * Credentials that were delegated to claims, one file for each claim that has one. The directory is
 * the node's own, so that nobody else can make it write or read something else by a link. Blocks on
 * the disk.
 *
 * @param directory made when it is needed
 */
public record Credentials(Path directory) {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

    /**
     * Keeps a credential for the claim's jobs; a new one takes the place of the old.
     *
     * @return the file, which only the claim's user can read, and a node that is root
     */
    Path store(Claim claim, byte[] credential) throws IOException {
        Files.createDirectories(directory);
        Path fresh =
                Files.createTempFile(
                        directory,
                        "new",
                        null,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(fresh, credential);
            giveTo(claim.user(), fresh);
            return Files.move(
                    fresh, directory.resolve(name(claim)), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static String name(Claim claim) {
        return claim.id().shortId() + ".proxy";
    }

    /** The claim's jobs run as its user, who must be able to read it. */
    private static void giveTo(String user, Path file) throws IOException {
        if (!Posix.isSuperuser()) {
            return;
        }
        Optional<Accounts.Account> account = Accounts.byName(user);
        if (account.isPresent()) {
            Files.setAttribute(file, "unix:uid", account.get().uid());
            Files.setAttribute(file, "unix:gid", account.get().gid());
        }
    }

    /** Deletes a claim's credential, if it has one: nobody can use it any more. */
    void remove(Claim claim) {
        claim.proxy().ifPresent(file -> delete(Path.of(file)));
    }

    /** Deletes what an earlier node left behind: credentials that are no claim's any more. */
    public void sweep(Collection<ClaimState> claims) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Set<Path> inUse =
                claims.stream()
                        .flatMap(state -> state.claim().proxy().stream())
                        .map(Path::of)
                        .collect(Collectors.toSet());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!inUse.contains(file)) {
                    delete(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot look for left credentials in {}: {}", directory, DiskTrouble.text(e));
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot delete the credential {}: {}", file, DiskTrouble.text(e));
        }
    }
}
