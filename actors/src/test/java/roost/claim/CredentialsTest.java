// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.id.SlotName;

/** Files of delegated credentials. */
@Timeout(30)
class CredentialsTest {
    private static final NodeAddress NODE = NodeAddress.parse("<127.0.0.1:9618>").orElseThrow();

    @TempDir Path directory;
    private Path spool;
    private Credentials credentials;

    @BeforeEach
    void setUp() {
        spool = directory.resolve("credentials");
        credentials = new Credentials(spool);
    }

    private static Claim claim(long sequence) {
        return new Claim(
                ClaimId.create(NODE, 1, sequence),
                SlotName.parse("slot1@here").orElseThrow(),
                System.getProperty("user.name"),
                "here",
                "127.0.0.1",
                Optional.empty(),
                0,
                Optional.empty());
    }

    private Path store(Claim claim, String text) throws IOException {
        return credentials.store(claim, text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void onlyItsOwnerCanReadACredential() throws IOException {
        Path file = store(claim(1), "secret");
        assertThat(file).hasContent("secret");
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aNewCredentialTakesThePlaceOfTheOld() throws IOException {
        Path first = store(claim(1), "first");
        assertThat(store(claim(1), "second")).isEqualTo(first).hasContent("second");
        assertThat(spool)
                .isDirectoryContaining(first::equals)
                .isDirectoryNotContaining("glob:**/new*");
    }

    @Test
    void aCredentialGoesWithItsClaim() throws IOException {
        Claim claim = claim(1);
        Path file = store(claim, "secret");
        credentials.remove(claim.withProxy(file.toString()));
        assertThat(file).doesNotExist();
    }

    @Test
    void whatCannotBeStoredLeavesNothingBehind() throws IOException {
        Path file = Files.createDirectories(spool.resolve("COD1.proxy/in the way"));
        assertThatThrownBy(() -> store(claim(1), "secret")).isInstanceOf(IOException.class);
        assertThat(spool).isDirectoryNotContaining("glob:**/new*");
        assertThat(file).exists();
    }

    @Test
    void aSweepDeletesTheCredentialsOfNoClaim() throws IOException {
        Claim living = claim(1);
        Path kept = store(living, "kept");
        Path left = store(claim(2), "left");
        credentials.sweep(
                List.of(new Idle(living.withProxy(kept.toString()), 0, Optional.empty())));
        assertThat(kept).exists();
        assertThat(left).doesNotExist();
    }
}
