// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users, clients and jobs do wrong: each gets a clear answer, and a bystander's job on the
 * other slot of the same node never notices.
 *
 * <p>{@code -Dseed=N} repeats the rubbish of a run.
 */
@Timeout(120)
class BadInputIT {
    private static final Duration VACATE_TIME = Duration.ofSeconds(1);
    private static final String OTHER_USER = "nobody";
    private static final int RACES = 5;

    @TempDir static Path directory;

    private static TestNode node;
    private static long nodePid;
    private static String bystander;
    private static long bystanderPid;
    private static int jobs;

    private String claim;

    @BeforeAll
    static void startANodeWithABystander() throws IOException {
        // Another user has to find the configuration and the socket.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        node = TestNode.in(directory, "COD_MAX_VACATE_TIME = " + VACATE_TIME.toSeconds()).start();
        nodePid = node.pid();
        bystander = node.claim("-requirements", "TARGET.SlotID == 2");
        bystanderPid = runSleeper(bystander);
    }

    @AfterAll
    static void stopTheNode() throws IOException {
        node.close();
        Await.until("no job is left", () -> Kernel.withArgument(marker("")).isEmpty());
    }

    @BeforeEach
    void requestAClaim() throws IOException {
        claim = node.claim("-requirements", "TARGET.SlotID == 1");
    }

    @AfterEach
    void nothingElseIsDisturbed() throws IOException {
        if (!node.stateOf(claim).isEmpty()) {
            node.must("condor_cod", "release", "-id", claim, "-fast");
        }
        assertThat(node.pid()).isEqualTo(nodePid);
        assertThat(Kernel.gone(nodePid)).isFalse();
        assertThat(node.stateOf(bystander)).isEqualTo("Running");
        assertThat(Kernel.runs(bystanderPid)).isTrue();
    }

    // --- claims that are not there, not ready, or somebody else's

    @Test
    void anUnknownClaimIdIsNotFound() throws IOException {
        String guessed = claim.substring(0, claim.lastIndexOf('#') + 1) + "0".repeat(32);
        refused("ClaimID (" + guessed + ") not found", "renew", "-id", guessed);
        assertThat(node.run("condor_cod", "renew", "-id", "nonsense").status()).isEqualTo(1);
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    @Test
    void aStaleClaimIdIsNotFound() throws IOException {
        node.must("condor_cod", "release", "-id", claim);
        refused("ClaimID (" + claim + ") not found", "renew", "-id", claim);
        refused("ClaimID (" + claim + ") not found", "activate", "-id", claim, "-jobad", ad(""));
    }

    @Test
    void aCommandInTheWrongStateSaysWhichStateThatIs() throws IOException {
        refused("Cannot suspend an inactive claim", "suspend", "-id", claim);
        refused("Cannot resume an inactive claim", "resume", "-id", claim);
        refused("Cannot deactivate a claim that is not active (Idle)", "deactivate", "-id", claim);
        long pid = runSleeper(claim);
        refused("Claim is already running", "resume", "-id", claim);
        refused(
                "Cannot activate claim: already active (Running)",
                "activate",
                "-id",
                claim,
                "-jobad",
                ad("Cmd = \"/bin/true\""));
        node.must("condor_cod", "suspend", "-id", claim);
        refused("Claim is already suspended", "suspend", "-id", claim);
        assertThat(Kernel.stopped(pid)).isTrue();
    }

    @Test
    void anotherUserMayNeitherUseTheClaimNorMakeOne() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be another user");
        TestNode.Outcome release = node.runAs(OTHER_USER, "condor_cod", "release", "-id", claim);
        assertThat(release.status()).isEqualTo(1);
        assertThat(release.err())
                .contains("User '" + OTHER_USER + "' does not match the owner of this claim");
        TestNode.Outcome request = node.runAs(OTHER_USER, "condor_cod", "request");
        assertThat(request.status()).isEqualTo(1);
        assertThat(request.err())
                .contains("User '" + OTHER_USER + "' is not authorized for using COD")
                .contains("VALID_COD_USERS");
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    @Test
    void ofTwoClientsThatActivateOneClaimExactlyOneWins() throws Exception {
        for (int race = 0; race < RACES; race++) {
            String file = ad(sleeper(newMarker()));
            List<Process> racers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                racers.add(
                        node.begin(
                                directory.resolve("racer.out" + i),
                                directory.resolve("racer.err" + i),
                                Path.of("/dev/null"),
                                "condor_cod",
                                "activate",
                                "-id",
                                claim,
                                "-jobad",
                                file));
            }
            int first = racers.get(0).waitFor();
            int second = racers.get(1).waitFor();
            assertThat(first + second).as("statuses %d and %d", first, second).isEqualTo(1);
            assertThat(directory.resolve("racer.err" + (first == 0 ? 1 : 0)))
                    .content()
                    .contains("Cannot activate claim: already active (Running)");
            node.must("condor_cod", "deactivate", "-id", claim, "-fast");
        }
    }

    // --- applications that cannot be run

    @Test
    void anApplicationWithoutCmdIsRefused() throws IOException {
        refused("has no Cmd", "activate", "-id", claim, "-jobad", ad("Args = \"1\""));
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    @Test
    void aCmdThatIsNotThereIsToldAndTheClaimStaysIdle() throws IOException {
        cannotRun(
                "Cmd = \"/nonexistent/program\"",
                "Failed to execute '/nonexistent/program'",
                "No such file or directory");
    }

    @Test
    void anInputThatCannotBeReadIsToldAndTheClaimStaysIdle() throws IOException {
        cannotRun(
                "Cmd = \"/bin/true\"\nIn = \"/nonexistent/input\"",
                "Failed to open '/nonexistent/input' as standard input",
                "No such file or directory");
    }

    @Test
    void anOutputThatCannotBeWrittenIsToldAndTheClaimStaysIdle() throws IOException {
        cannotRun(
                "Cmd = \"/bin/true\"\nOut = \"" + directory + "\"",
                "Failed to open '" + directory + "' as standard output",
                "Is a directory");
    }

    @Test
    void badLinesOfAJobAdAreNamedAndTheCommandGoesOn() throws IOException {
        String marker = newMarker();
        String file = ad("no equals sign\n" + sleeper(marker) + "Broken = (1 +\n1st = 2");
        TestNode.Outcome outcome = node.run("condor_cod", "activate", "-id", claim, "-jobad", file);
        assertThat(outcome.status()).isZero();
        assertThat(outcome.err())
                .isEqualTo(
                        """
                        Failed to insert "no equals sign" into ClassAd, ignoring this line
                        Failed to insert "Broken = (1 +" into ClassAd, ignoring this line
                        Failed to insert "1st = 2" into ClassAd, ignoring this line
                        """);
        node.awaitProcess(marker);
    }

    @Test
    void aJobAdOfMoreThanAMebibyteIsRefusedAtBothDoors() throws IOException {
        String huge = "x".repeat(1 << 20);
        String file = ad("Cmd = \"/bin/true\"\nNote = \"" + huge + "\"");
        TestNode.Outcome outcome = node.run("condor_cod", "activate", "-id", claim, "-jobad", file);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("is larger than 1048576 bytes");
        String body =
                "{\"id\":\"%s\",\"jobAd\":{\"Cmd\":\"/bin/true\",\"Note\":\"%s\"}}"
                        .formatted(claim, huge);
        try (ApiConnection api = new ApiConnection(node.socket())) {
            assertThat(api.post("/v1/claims/activate", body).status()).isEqualTo(413);
        }
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    // --- clients that do not keep to the protocol, or go away

    @Test
    void rubbishOnASocketEndsThatConnectionOnly() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        byte[] rubbish = new byte[1 << 16];
        new Random(seed).nextBytes(rubbish);
        // Whatever the random bytes say, neither door takes this for a beginning.
        ByteBuffer.wrap(rubbish).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x7fffff00);
        for (String name : List.of("roost.sock", "cli.sock")) {
            try (SocketChannel channel = connect(name)) {
                channel.write(ByteBuffer.wrap(rubbish));
                drain(channel);
            } catch (IOException e) {
                // The node may close while the rubbish is still being written.
                assertThat(e.getMessage()).containsPattern("(?i)broken pipe|connection reset");
            }
        }
    }

    @Test
    void halfARequestHoldsNobodyUpAndDoesNothing() throws IOException {
        int before = claims();
        ByteBuffer halfCommand = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        halfCommand.putInt(100).put((byte) 1).rewind();
        try (ApiConnection api = new ApiConnection(node.socket());
                SocketChannel front = connect("cli.sock")) {
            api.send("POST /v1/claims HTTP/1.1\r\nHost: roost\r\nContent-Length: 2\r\n\r\n{");
            front.write(halfCommand);
            node.must("condor_cod", "renew", "-id", claim);
        }
        assertThat(claims()).isEqualTo(before);
    }

    @Test
    void aDeactivateWhoseClientGoesAwayIsFinishedAndTheClaimStays() throws Exception {
        long pid = runStubborn(claim);
        Process client =
                node.begin(
                        directory.resolve("gone.out"),
                        directory.resolve("gone.err"),
                        Path.of("/dev/null"),
                        "condor_cod",
                        "deactivate",
                        "-id",
                        claim);
        node.awaitState(claim, "Vacating");
        client.destroyForcibly().waitFor();
        node.awaitState(claim, "Idle");
        assertThat(Kernel.gone(pid)).isTrue();
        assertThat(Kernel.runs(runSleeper(claim))).isTrue();
    }

    @Test
    void aDeactivateOverHttpWhoseClientGoesAwayIsFinishedAndTheClaimStays() throws IOException {
        long pid = runStubborn(claim);
        try (ApiConnection api = new ApiConnection(node.socket())) {
            String body = "{\"id\":\"" + claim + "\"}";
            api.send(
                    "POST /v1/claims/deactivate HTTP/1.1\r\nHost: roost\r\n"
                            + "Content-Type: application/json\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            node.awaitState(claim, "Vacating");
        }
        node.awaitState(claim, "Idle");
        assertThat(Kernel.gone(pid)).isTrue();
        assertThat(Kernel.runs(runSleeper(claim))).isTrue();
    }

    // --- jobs that misbehave

    @Test
    void aJobThatIgnoresItsKillSignalIsKilledAtOnceByFast() throws IOException {
        long pid = runStubborn(claim);
        node.must("condor_cod", "deactivate", "-id", claim, "-fast");
        assertThat(Kernel.gone(pid)).isTrue();
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    @Test
    void aJobThatIgnoresItsKillSignalIsKilledWhenItsTimeIsOver() throws IOException {
        long pid = runStubborn(claim);
        long begun = System.nanoTime();
        node.must("condor_cod", "deactivate", "-id", claim);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(VACATE_TIME);
        assertThat(Kernel.gone(pid)).isTrue();
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    /** A hundred orphans, and a chain in which each process starts the next one and ends. */
    @Test
    void aJobThatForksWithoutEndIsGoneAltogether() throws IOException {
        String marker = newMarker();
        runScript(
                claim,
                marker,
                """
                if [ "$1" = hop ]; then
                    [ $2 -gt 0 ] && "$0" hop $(($2 - 1)) &
                    exit
                fi
                i=0
                while [ $i -lt 100 ]; do
                    (sleep MARKER &)
                    i=$((i + 1))
                done
                "$0" hop 3000 &
                : > READY
                exec sleep MARKER
                """);
        node.must("condor_cod", "deactivate", "-id", claim, "-fast");
        assertThat(Kernel.withArgument(marker)).isEmpty();
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    @Test
    void aJobThatClosesItsStandardFilesIsServedLikeAnyOther() throws IOException {
        String marker = newMarker();
        runScript(
                claim,
                marker,
                """
                exec 0<&- 1>&- 2>&-
                : > READY
                exec sleep MARKER
                """);
        long pid = node.awaitProcess(marker);
        node.must("condor_cod", "suspend", "-id", claim);
        Await.until("the job is stopped", () -> Kernel.stopped(pid));
        node.must("condor_cod", "resume", "-id", claim);
        Await.until("the job runs", () -> Kernel.runs(pid));
        node.must("condor_cod", "deactivate", "-id", claim);
        assertThat(Kernel.gone(pid)).isTrue();
    }

    @Test
    void anExecuteDirectoryThatDisappearsIsToldAndUsedAgainWhenItIsBack() throws IOException {
        Path execute = node.localDir().resolve("execute");
        Path aside = node.localDir().resolve("execute.aside");
        Files.move(execute, aside);
        try {
            Files.writeString(execute, "in the way");
            TestNode.Outcome outcome =
                    node.run("condor_cod", "activate", "-id", claim, "-jobad", ad(sleeper("1")));
            node.awaitState(claim, "Idle");
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err()).contains(execute.toString());
        } finally {
            Files.delete(execute);
            Files.move(aside, execute);
        }
        assertThat(Kernel.runs(runSleeper(claim))).isTrue();
    }

    // --- how it is done

    /** A condor_cod command that the node refuses for this reason, on standard error only. */
    private static void refused(String reason, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("condor_cod"));
        command.addAll(List.of(words));
        TestNode.Outcome outcome = node.run(command.toArray(String[]::new));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("Attempt to send CA_").contains(reason);
    }

    /**
     * An application whose start fails: the claim is idle again; the slot's ad and the user's log
     * say why, and so does the command if it waits for the start.
     */
    private void cannotRun(String lines, String what, String why) throws IOException {
        Path log = node.work().resolve(newMarker() + ".log");
        String file = ad(lines + "\nStarterUserLog = \"" + log + "\"");
        node.must("condor_cod", "activate", "-id", claim, "-jobad", file);
        node.awaitState(claim, "Idle");
        assertThat(node.must("condor_status", "-cod", "-long"))
                .containsPattern(shortId() + "_LastStartFailure = \".*" + Pattern.quote(what));
        Await.until("the user log says so", () -> Files.readString(log).contains(what));
        assertThat(log).content().contains("021 (").contains(why);
        TestNode.Outcome waited =
                node.run("condor_cod", "activate", "-id", claim, "-jobad", file, "-wait");
        assertThat(waited.status()).isEqualTo(1);
        assertThat(waited.err())
                .startsWith("Attempt to send CA_ACTIVATE_CLAIM to startd")
                .contains(what)
                .contains(why);
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    private String shortId() {
        return "COD" + claim.split("#")[2];
    }

    private static long runSleeper(String claimId) throws IOException {
        String marker = newMarker();
        node.must("condor_cod", "activate", "-id", claimId, "-jobad", ad(sleeper(marker)));
        return node.awaitProcess(marker);
    }

    /** Runs a job that ignores SIGTERM, and waits until it does; its pid. */
    private static long runStubborn(String claimId) throws IOException {
        String marker = newMarker();
        runScript(claimId, marker, "trap '' TERM\n: > READY\nexec sleep MARKER\n");
        return node.awaitProcess(marker);
    }

    /** Runs a shell script as a job and waits until it has made the file READY. */
    private static void runScript(String claimId, String marker, String script) throws IOException {
        Path file = node.work().resolve(marker + ".sh");
        Path ready = node.work().resolve("ready" + jobs);
        Files.writeString(
                file,
                "#!/bin/sh\n"
                        + script.replace("MARKER", marker).replace("READY", ready.toString()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        String lines = "Cmd = \"" + file + "\"\nEnv = \"PATH=/usr/bin:/bin\"";
        node.must("condor_cod", "activate", "-id", claimId, "-jobad", ad(lines));
        Await.until("the script is ready", () -> Files.exists(ready));
    }

    private static String sleeper(String marker) {
        return "Cmd = \"/bin/sleep\"\nArgs = \"" + marker + "\"\n";
    }

    private static String ad(String lines) throws IOException {
        Path file = Files.createTempFile(node.work(), "job", ".ad");
        return Files.writeString(file, lines + "\n").toString();
    }

    /** Names the jobs of this run: how long they sleep. */
    private static String marker(String number) {
        return "86400.5" + ProcessHandle.current().pid() + "0" + number;
    }

    private static String newMarker() {
        return marker(Integer.toString(100 + ++jobs));
    }

    private static int claims() throws IOException {
        return (int)
                node.must("condor_status", "-cod").lines().filter(l -> l.contains("COD")).count();
    }

    private static SocketChannel connect(String name) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(node.localDir().resolve("run").resolve(name)));
        return channel;
    }

    /** Reads until the other side closes. */
    private static void drain(SocketChannel channel) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(4096);
        while (channel.read(answer) >= 0) {
            answer.clear();
        }
    }
}
