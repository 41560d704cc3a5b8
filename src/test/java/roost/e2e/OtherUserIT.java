// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A user of a node that is root: what is his he gets as his own, and by no link of his does the
 * node write or read with its rights instead of his.
 */
@Timeout(120)
class OtherUserIT {
    private static final String USER = "nobody";
    private static final String SECRET = "the node's own\n";

    @TempDir static Path directory;

    private static TestNode node;
    private static Path home;

    /** Only the node may read or write it. */
    private static Path secret;

    private String claim;

    @BeforeAll
    static void startAsRoot() throws IOException {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "only a node that is root has users other than its own");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        home = Files.createDirectory(directory.resolve("home"));
        give(home);
        secret = directory.resolve("secret");
        Files.writeString(secret, SECRET);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        node = TestNode.in(directory, "NUM_SLOTS = 1", "VALID_COD_USERS = " + USER);
        TestNode.Outcome start = node.shell("umask 077; roost start");
        assertThat(start.status()).as(start.err()).isZero();
    }

    @AfterAll
    static void stop() throws IOException {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void requestAClaim() throws IOException {
        TestNode.Outcome request = node.runAs(USER, "condor_cod", "request");
        Matcher id = Pattern.compile("ID of new claim is: \"(.*)\"").matcher(request.err());
        assertThat(id.find()).as(request.err()).isTrue();
        claim = id.group(1);
    }

    @AfterEach
    void releaseIt() throws IOException {
        node.runAs(USER, "condor_cod", "release", "-id", claim, "-fast");
        node.runAs(USER, "condor_rm", "-all");
        assertThat(secret).hasContent(SECRET);
    }

    @Test
    void aDelegatedProxyBelongsToTheUserIsReadByHisJobsAndGoesWithTheClaim() throws IOException {
        Path proxy = mine("proxy", "credential\n", "rw-------");
        must("condor_cod", "delegate_proxy", "-id", claim, "-x509proxy", proxy.toString());
        Path stored = onlyCredential();
        assertThat(Files.getOwner(stored)).hasToString(USER);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored)))
                .isEqualTo("rw-------");
        assertThat(Files.getOwner(stored.getParent())).hasToString("root");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored.getParent())))
                .as("nobody else puts links into it")
                .doesNotMatch("....w.*|.......w.");

        Path seen = home.resolve("seen");
        activate("cat $X509_USER_PROXY", "Out = \"" + seen + "\"");
        awaitIdle();
        assertThat(seen).hasContent("credential");
        assertThat(Files.getOwner(seen)).hasToString(USER);

        must("condor_cod", "release", "-id", claim);
        assertThat(stored).doesNotExist();
    }

    @Test
    void aNodeBehindAClosedDirectoryIsNotCalledOneThatDoesNotRun() throws IOException {
        TestNode.Outcome outcome =
                node.shell(
                        """
                        mkdir -m 700 closed
                        _CONDOR_LOCAL_DIR=$PWD/closed runuser -u %s -- $(command -v condor_q)
                        """
                                .formatted(USER));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("no node can be reached at ", "/closed/run: Permission denied")
                .doesNotContain("roost start");
    }

    @Test
    void whatTheUserCannotReadHeCannotDelegate() throws IOException {
        Path link = link("proxy-link");
        for (Path file : new Path[] {secret, link}) {
            TestNode.Outcome outcome =
                    run(
                            "condor_cod",
                            "delegate_proxy",
                            "-id",
                            claim,
                            "-x509proxy",
                            file.toString());
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err()).contains("Permission denied");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"In", "Out", "Err", "StarterUserLog"})
    void aFileOfACodJobThatIsALinkIsOpenedWithTheUsersRights(String attribute) throws IOException {
        Path link = link(attribute + "-link");
        Path ad = jobAd("true", attribute + " = \"" + link + "\"");
        TestNode.Outcome outcome =
                run("condor_cod", "activate", "-id", claim, "-jobad", ad.toString(), "-wait");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains(link.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"input", "output", "error"})
    void aFileOfABatchJobThatIsALinkIsOpenedWithTheUsersRights(String command) throws IOException {
        Path link = link(command + "-batch");
        submit(command + " = " + link);
        Await.until(
                "the job is held for it",
                () -> {
                    String job = run("condor_q", "-af", "JobStatus", "HoldReason").out();
                    return job.startsWith("5 ") && job.contains(link.toString());
                });
    }

    @Test
    void aLogOfABatchJobThatIsALinkIsOpenedWithTheUsersRights() throws IOException {
        submit("log = " + link("log-batch"));
        Await.until("the job has ended", () -> Json.list(run("condor_q", "-json").out()).isEmpty());
    }

    private static void submit(String line) throws IOException {
        String text = "executable = /bin/true\n" + line + "\nqueue\n";
        must("condor_submit", mine("job.sub", text, "rw-r--r--").toString());
    }

    @Test
    void linksThatAJobLeavesInItsSandboxAreRemovedAndNotFollowed() throws IOException {
        Path kept = Files.createDirectories(directory.resolve("kept"));
        Files.writeString(kept.resolve("file"), SECRET);
        Path sandbox = home.resolve("sandbox");
        activate(
                "pwd; rm .job.ad .machine.ad; ln -s " + secret + " .job.ad; ln -s " + kept + " a",
                "Out = \"" + sandbox + "\"");
        awaitIdle();
        Path scratch = Path.of(Files.readString(sandbox).strip());
        Await.until("the sandbox is gone", () -> !Files.exists(scratch, LinkOption.NOFOLLOW_LINKS));
        assertThat(kept.resolve("file")).hasContent(SECRET);
    }

    // --- how it is done

    private static TestNode.Outcome run(String... command) throws IOException {
        return node.runAs(USER, command);
    }

    private static void must(String... command) throws IOException {
        TestNode.Outcome outcome = run(command);
        assertThat(outcome.status()).as("%s%s", outcome.err(), node.log()).isZero();
    }

    private void activate(String shell, String... more) throws IOException {
        String ad = jobAd(shell, more).toString();
        must("condor_cod", "activate", "-id", claim, "-jobad", ad, "-wait");
    }

    private static Path jobAd(String shell, String... more) throws IOException {
        String lines =
                "Cmd = \"/bin/sh\"\nArguments = \"-c '"
                        + shell
                        + "'\"\nEnv = \"PATH=/usr/bin:/bin\"\n"
                        + String.join("\n", more)
                        + "\n";
        return mine("job.ad", lines, "rw-r--r--");
    }

    private void awaitIdle() {
        Await.until(
                "the job has ended",
                () -> run("roost", "claims", "-json").out().matches("(?s).*\"Idle\".*"));
    }

    private static Path onlyCredential() throws IOException {
        try (var files = Files.list(node.localDir().resolve("spool/credentials"))) {
            return files.reduce((a, b) -> b).orElseThrow();
        }
    }

    /** A file of the user's. */
    private static Path mine(String name, String text, String permissions) throws IOException {
        Path file = Files.writeString(home.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        give(file);
        return file;
    }

    /** A link of the user's to what is not his. */
    private static Path link(String name) throws IOException {
        Path link = Files.createSymbolicLink(home.resolve(name), secret);
        give(link);
        return link;
    }

    private static void give(Path file) throws IOException {
        Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(
                        file.getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(USER));
    }
}
