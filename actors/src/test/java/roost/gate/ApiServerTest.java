// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiException.Code;
import roost.api.ApiJson;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.api.EventFilter;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.observe.Health;
import roost.observe.Metrics;
import roost.security.Identity;

/** The HTTP door over a real UNIX socket, with a node that only remembers. */
@Timeout(60)
class ApiServerTest {
    private static final ApiServer.Limits LIMITS =
            new ApiServer.Limits(
                    100_000,
                    50_000,
                    8192,
                    64,
                    Duration.ofSeconds(20),
                    2,
                    10,
                    Duration.ofMillis(100));
    private static final NodeAddress NODE = new NodeAddress("127.0.0.1", 9618);
    private static final ClaimId CLAIM = new ClaimId(NODE, 1234, 5, "c00kie");

    @TempDir Path dir;

    private final FakeApi api = new FakeApi();
    private final Metrics metrics = new Metrics();
    private final Health health = new Health();
    private ApiServer server;

    private record Answer(int status, String head, String body) {
        JsonNode json() throws IOException {
            return ApiJson.mapper().readTree(body);
        }
    }

    @BeforeEach
    void open() throws IOException {
        open(LIMITS);
    }

    private void open(ApiServer.Limits limits) throws IOException {
        close();
        server =
                ApiServer.open(
                        socket(),
                        limits,
                        new PeerCredentials("test.domain", "127.0.0.1"),
                        api::as,
                        metrics,
                        health,
                        "1.2.3");
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    // ---- what is asked reaches the node ----

    @Test
    void aClaimIsRequestedWithAnEmptyBodyOrWithAllFields() throws Exception {
        post("/v1/claims", "");
        post(
                "/v1/claims",
                "{\"target\":{\"name\":\"slot1@a\"},\"requirements\":\"Memory > 1\",\"leaseSeconds\":60}");
        assertThat(api.asked)
                .containsExactly(
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.HERE, Optional.empty(), OptionalLong.empty()),
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.named("slot1@a"),
                                Optional.of("Memory > 1"),
                                OptionalLong.of(60)));
    }

    @Test
    void aClaimIsNamedInTheBodyOrEncodedInThePath() throws Exception {
        String encoded = "%3C127.0.0.1:9618%3E%231234%235%23c00kie";
        post("/v1/claims/suspend", "{\"id\":\"" + CLAIM.secret() + "\"}");
        post("/v1/claims/" + encoded + "/suspend", "");
        assertThat(api.asked)
                .containsExactly(
                        new ApiRequest.SuspendClaim(CLAIM), new ApiRequest.SuspendClaim(CLAIM));
    }

    @Test
    void adsAreInTheJsonFormOfHTCondor() throws Exception {
        ClassAd ad = ClassAd.parse("[Cmd = \"/bin/true\"; Requirements = Memory > 1; N = 3]");
        String json = "{\"Cmd\":\"/bin/true\",\"Requirements\":\"/Expr(Memory > 1)/\",\"N\":3}";
        api.answer =
                r -> CompletableFuture.completedFuture(new ApiReply.Ads(List.of(ad), List.of()));
        Answer answer = post("/v1/jobs", "{\"jobs\":[" + json + "]}");
        assertThat(api.asked).containsExactly(new ApiRequest.SubmitJobs(List.of(ad)));
        assertThat(answer.json().at("/ads/0")).isEqualTo(ApiJson.mapper().readTree(json));
        assertMistake(post("/v1/jobs", "{\"jobs\":[{\"A\":\"/Expr(1 +)/\"}]}"), "expected", "");
    }

    @Test
    void queriesBecomeFields() throws Exception {
        get("/v1/slots?constraint=Memory%20%3E%201&projection=Name,State&withClaims");
        get("/v1/jobs?analyze=true");
        get("/v1/node?name=other");
        assertThat(api.asked)
                .containsExactly(
                        new ApiRequest.QueryAds(
                                ApiRequest.AdType.SLOT,
                                Optional.of("Memory > 1"),
                                List.of("Name", "State"),
                                true),
                        new ApiRequest.QueryJobs(Optional.empty(), List.of(), true),
                        new ApiRequest.GetNode(ApiRequest.Target.named("other")));
    }

    @Test
    void theCallerIsWhoTheKernelSays() throws Exception {
        get("/v1/node");
        assertThat(api.callers.take())
                .isEqualTo(
                        new Identity(
                                System.getProperty("user.name"),
                                "test.domain",
                                "127.0.0.1",
                                Identity.Method.PEER_CREDENTIALS));
    }

    // ---- what the node says reaches the caller ----

    @Test
    void aReplyIsJsonWithItsKind() throws Exception {
        api.answer = request -> CompletableFuture.completedFuture(new ApiReply.Submitted(7, 3));
        Answer answer = post("/v1/jobs", "{\"jobs\":[{}]}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"reply\":\"Submitted\",\"cluster\":7,\"jobs\":3}\n");
    }

    @Test
    void aRefusedClaimRequestHasItsOwnStatusAndTheReply() throws Exception {
        api.answer =
                request ->
                        CompletableFuture.completedFuture(
                                new ClaimReply(
                                        CaResult.INVALID_STATE,
                                        NODE,
                                        Optional.of("claim is Idle"),
                                        Optional.of("activate it first"),
                                        Optional.empty(),
                                        ClassAd.EMPTY));
        Answer answer = post("/v1/claims/suspend", "{\"id\":\"" + CLAIM.secret() + "\"}");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("code").asText()).isEqualTo("CONFLICT");
        assertThat(answer.json().get("message").asText()).isEqualTo("claim is Idle");
        assertThat(answer.json().get("hint").asText()).isEqualTo("activate it first");
        assertThat(answer.json().at("/reply/result").asText()).isEqualTo("INVALID_STATE");
    }

    @Test
    void everyKindOfFailureHasItsStatus() throws Exception {
        for (Code code : Code.values()) {
            api.answer =
                    request ->
                            CompletableFuture.failedFuture(
                                    new ApiException(code, "what and why", "what to do"));
            Answer answer = get("/v1/node");
            assertThat(answer.status()).isEqualTo(code.httpStatus());
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"code\":\""
                                    + code
                                    + "\",\"message\":\"what and why\",\"hint\":\"what to do\"}\n");
        }
    }

    // ---- mistakes ----

    @Test
    void mistakesAreNamedWithWhatMayHaveBeenMeant() throws Exception {
        assertMistake(
                post("/v1/claims", "{\"leaseSecnds\":1}"),
                "there is no field 'leaseSecnds'",
                "did you mean 'leaseSeconds'?");
        assertMistake(
                post("/v1/claims", "{\"target\":{\"nam\":\"x\"}}"),
                "there is no field 'target.nam'",
                "did you mean 'name'?");
        assertMistake(
                get("/v1/slots?constrain=x"),
                "there is no parameter 'constrain'",
                "did you mean 'constraint'?");
        assertMistake(
                get("/v1/events?kind=ClaimChange"),
                "there is no kind of events 'ClaimChange'",
                "did you mean 'ClaimChanged'?");
        assertMistake(post("/v1/claims/suspend", "{}"), "field 'id' is missing", "");
        assertMistake(post("/v1/claims/suspend", "{\"id\":\"x\"}"), "not a claim id", "");
        assertMistake(post("/v1/claims", "{\"leaseSeconds\":\"x\"}"), "leaseSeconds", "");
        assertMistake(post("/v1/claims", "[]"), "the body must be a JSON object", "");
        assertMistake(post("/v1/claims", "{\"a\":1,}"), "the body is no JSON", "");
        assertMistake(post("/v1/claims", "{\"target\":{},\"target\":{}}"), "Duplicate field", "");
        assertMistake(post("/v1/claims?x=1", "{}"), "not from the query", "");
        assertMistake(get("/v1/slots?withClaims=perhaps"), "must be true or false", "");
        assertThat(api.asked).isEmpty();
    }

    private static void assertMistake(Answer answer, String message, String hint) throws Exception {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().get("message").asText()).contains(message);
        assertThat(answer.json().path("hint").asText()).isEqualTo(hint);
    }

    @Test
    void unknownPathsAndMethodsSayWhereToLook() throws Exception {
        Answer unknown = get("/v2/claims");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().get("hint").asText()).contains("/v1/openapi.json");
        Answer method =
                exchange("DELETE /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.head()).contains("Allow: GET, POST");
    }

    @Test
    void tooLargeRequestsAndAdsAreRefusedBeforeTheyAreRead() throws Exception {
        String ad = "{\"A\":\"" + "x".repeat(60_000) + "\"}";
        Answer largeAd = post("/v1/jobs", "{\"jobs\":[{}," + ad + "]}");
        assertThat(largeAd.status()).isEqualTo(413);
        assertThat(largeAd.json().get("message").asText()).contains("50000");
        Answer declared =
                exchange(
                        "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100001\r\n\r\n");
        assertThat(declared.status()).isEqualTo(413);
        StringBuilder chunks =
                new StringBuilder(
                        "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 30; i++) {
            chunks.append("1000\r\n").append("x".repeat(0x1000)).append("\r\n");
        }
        assertThat(exchange(chunks + "0\r\n\r\n").status()).isEqualTo(413);
        Answer head =
                exchange(
                        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: "
                                + "x".repeat(9000)
                                + "\r\n\r\n");
        assertThat(head.status()).isEqualTo(431);
        assertThat(api.asked).isEmpty();
    }

    @Test
    void binaryRubbishIsAnsweredWith400AndDisturbsNobody() throws Exception {
        Random random = new Random(Long.getLong("seed", 20261121L));
        for (int i = 0; i < 30; i++) {
            byte[] rubbish = new byte[200 + random.nextInt(3000)];
            random.nextBytes(rubbish);
            try (SocketChannel channel = send(rubbish)) {
                channel.shutdownOutput();
                assertThat(answer(readAll(channel)).status()).isBetween(400, 499);
            }
        }
        assertThat(get("/v1/node").status()).isEqualTo(200);
    }

    @Test
    void halfRequestsAreGivenUpAndDisturbNobody() throws Exception {
        open(
                new ApiServer.Limits(
                        100_000,
                        50_000,
                        8192,
                        64,
                        Duration.ofMillis(300),
                        2,
                        10,
                        Duration.ofSeconds(15)));
        try (SocketChannel headOnly = send("GET /v1/no".getBytes(StandardCharsets.UTF_8));
                SocketChannel noBody =
                        send(
                                "POST /v1/claims HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9\r\n\r\n{"
                                        .getBytes(StandardCharsets.UTF_8))) {
            assertThat(get("/v1/node").status()).isEqualTo(200);
            readAll(headOnly);
            assertThat(answer(readAll(noBody)).status()).isEqualTo(504);
        }
        assertThat(api.asked).hasSize(1);
    }

    @Test
    void aNodeThatTakesLongerThanTheIdleTimeIsWaitedFor() throws Exception {
        open(
                new ApiServer.Limits(
                        100_000,
                        50_000,
                        8192,
                        64,
                        Duration.ofMillis(200),
                        2,
                        10,
                        Duration.ofSeconds(15)));
        CompletableFuture<ApiReply> later = new CompletableFuture<>();
        api.answer = request -> later;
        later.completeOnTimeout(new ApiReply.Done("at last"), 1, TimeUnit.SECONDS);
        assertThat(post("/v1/node/stop", "").body()).contains("at last");
    }

    @Test
    void aClientThatGoesAwayInTheMiddleDisturbsNobody() throws Exception {
        CompletableFuture<ApiReply> later = new CompletableFuture<>();
        api.answer = request -> later;
        String release = "{\"id\":\"" + CLAIM.secret() + "\"}";
        SocketChannel leaves = send(request("POST", "/v1/claims/release", release));
        assertThat(api.asked.poll(30, TimeUnit.SECONDS))
                .isEqualTo(new ApiRequest.ReleaseClaim(CLAIM, false));
        leaves.close();
        assertThat(later.isDone()).isFalse();
        later.complete(new ApiReply.Done("done"));
        assertThat(get("/v1/node").status()).isEqualTo(200);
    }

    @Test
    void clientsOverTheLimitAreToldAndTheOthersServed() throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        CompletableFuture<ApiReply> later = new CompletableFuture<>();
        api.answer = request -> later;
        for (int i = 0; i < LIMITS.connections(); i++) {
            clients.add(send(request("GET", "/v1/node", "")));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.asked.size() == LIMITS.connections());
        Answer refused = get("/v1/node");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().get("message").asText()).contains("too many clients");
        later.complete(new ApiReply.Done("done"));
        for (SocketChannel client : clients) {
            try (client) {
                assertThat(answer(readAll(client)).status()).isEqualTo(200);
            }
        }
    }

    // ---- events ----

    @Test
    void eventsArriveAsTheyHappenAndHeartbeatsBetween() throws Exception {
        try (SocketChannel client = send(request("GET", "/v1/events?kind=SlotChanged", ""))) {
            BufferedReader lines = lines(client);
            skipTo(lines, ": listening");
            assertThat(api.filters.take())
                    .isEqualTo(new EventFilter(java.util.Set.of("SlotChanged")));
            api.listeners.get(0).accept(new ApiEvent.SlotChanged(5, "slot1@a", "Claimed", "Busy"));
            skipTo(lines, "event: SlotChanged");
            assertThat(lines.readLine())
                    .isEqualTo(
                            "data: {\"event\":\"SlotChanged\",\"timeMillis\":5,\"slot\":\"slot1@a\","
                                    + "\"state\":\"Claimed\",\"activity\":\"Busy\"}");
            skipTo(lines, ": heartbeat");
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> api.listeners.isEmpty());
    }

    @Test
    void aClientThatIsTooSlowForEventsIsToldAndTheStreamEnds() throws Exception {
        try (SocketChannel client = send(request("GET", "/v1/events", ""))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !api.listeners.isEmpty());
            ApiEvent event = new ApiEvent.NodeChanged(1, "node", "x".repeat(100_000));
            Consumer<ApiEvent> listener = api.listeners.get(0);
            for (int i = 0; i < 200; i++) {
                listener.accept(event);
            }
            List<String> told = lines(client).lines().filter(l -> l.startsWith("event:")).toList();
            assertThat(told.get(told.size() - 1)).isEqualTo("event: Overrun");
        }
    }

    @Test
    void moreListenersThanAllowedAreRefused() throws Exception {
        try (SocketChannel first = send(request("GET", "/v1/events", ""));
                SocketChannel second = send(request("GET", "/v1/events", ""))) {
            skipTo(lines(first), ": listening");
            skipTo(lines(second), ": listening");
            assertThat(get("/v1/events").status()).isEqualTo(429);
        }
    }

    // ---- about the node ----

    @Test
    void healthTellsProblems() throws Exception {
        assertThat(get("/health").body()).isEqualTo("{\"status\":\"ok\",\"problems\":[]}\n");
        health.problem("journal", "the disk is full");
        Answer ill = get("/health");
        assertThat(ill.status()).isEqualTo(503);
        assertThat(ill.json().at("/problems/0").asText()).isEqualTo("journal: the disk is full");
    }

    @Test
    void metricsAreInTheirFormat() throws Exception {
        get("/v1/node");
        Answer answer = get("/metrics");
        assertThat(answer.head()).contains("application/openmetrics-text");
        assertThat(answer.body())
                .contains("# TYPE roost_http_requests counter\n")
                .contains("roost_http_requests_total{outcome=\"answered\"} 1\n")
                .endsWith("# EOF\n");
    }

    @Test
    void theDocumentIsServed() throws Exception {
        assertThat(get("/v1/openapi.json").json().at("/info/version").asText()).isEqualTo("1.2.3");
    }

    @Test
    void curlWorksWithIt() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")));
        Process curl =
                new ProcessBuilder(
                                "curl",
                                "-sS",
                                "--fail",
                                "--unix-socket",
                                socket().toString(),
                                "http://localhost/v1/node/stop",
                                "--json",
                                "{\"fast\":true}")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo("{\"reply\":\"Done\",\"message\":\"done\"}\n");
        assertThat(api.asked).containsExactly(new ApiRequest.StopNode(true));
    }

    @Test
    void theSocketIsForEverybody() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-rw-rw-");
    }

    @Test
    void aPathThatIsTooLongForASocketIsRefusedWithWhatToDo() {
        Path path = dir.resolve("x".repeat(108)).resolve("roost.sock");
        assertThatThrownBy(() -> LocalSocket.checkLength(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("LOCAL_DIR");
    }

    // ---- the test's own tools ----

    private Path socket() {
        return dir.resolve("roost.sock");
    }

    private Answer get(String path) throws IOException {
        return exchange(request("GET", path, ""));
    }

    private Answer post(String path, String body) throws IOException {
        return exchange(request("POST", path, body));
    }

    private static byte[] request(String method, String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                        + bytes.length
                        + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    private Answer exchange(String request) throws IOException {
        return exchange(request.getBytes(StandardCharsets.UTF_8));
    }

    private Answer exchange(byte[] request) throws IOException {
        try (SocketChannel channel = send(request)) {
            return answer(readAll(channel));
        }
    }

    private SocketChannel send(byte[] bytes) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket()));
        ByteBuffer out = ByteBuffer.wrap(bytes);
        try {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            // The server has said no before it read all; its answer can still be read.
            assertThat(e).hasMessageContaining("Broken pipe");
        }
        return channel;
    }

    private static byte[] readAll(SocketChannel channel) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(1 << 20);
        try {
            while (channel.read(in) >= 0) {
                assertThat(in.hasRemaining()).isTrue();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return java.util.Arrays.copyOf(in.array(), in.position());
    }

    private static Answer answer(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text).startsWith("HTTP/1.1 ");
        int end = text.indexOf("\r\n\r\n");
        return new Answer(
                Integer.parseInt(text.substring(9, 12)),
                text.substring(0, end),
                text.substring(end + 4));
    }

    private static BufferedReader lines(SocketChannel channel) {
        return new BufferedReader(
                new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    }

    private static void skipTo(BufferedReader lines, String wanted) throws IOException {
        String line;
        do {
            line = lines.readLine();
            assertThat(line).as("waiting for %s", wanted).isNotNull();
        } while (!line.equals(wanted));
    }
}
