// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API as programs use it, over the UNIX socket. */
@Timeout(60)
class ApiIT {
    @TempDir static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws IOException {
        node = TestNode.in(directory).start();
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    private static String curl(String... words) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is installed");
        List<String> line = new ArrayList<>(List.of("/usr/bin/curl", "--silent", "--show-error"));
        line.addAll(List.of("--unix-socket", node.socket().toString(), "--max-time", "30"));
        line.addAll(List.of(words));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }

    @Test
    void curlMakesUsesAndEndsAClaim() throws Exception {
        Map<String, Object> made =
                Json.read(curl("-d", "{\"leaseSeconds\": 600}", "http://localhost/v1/claims"));
        assertThat(made).containsEntry("result", "SUCCESS");
        String id = (String) made.get("id");
        assertThat(node.stateOf(id)).isEqualTo("Idle");
        String body = "{\"id\": \"" + id + "\"}";
        assertThat(Json.read(curl("-d", body, "http://localhost/v1/claims/renew")))
                .containsEntry("result", "SUCCESS");
        assertThat(Json.read(curl("-d", body, "http://localhost/v1/claims/suspend")))
                .containsEntry("code", "CONFLICT")
                .containsEntry("message", "Cannot suspend an inactive claim")
                .containsEntry("hint", "activate it first");
        assertThat(Json.read(curl("-d", body, "http://localhost/v1/claims/release")))
                .containsEntry("result", "SUCCESS");
        assertThat(node.stateOf(id)).isEmpty();
    }

    @Test
    void healthAndMetricsAnswer() throws Exception {
        assertThat(Json.read(curl("http://localhost/health"))).containsEntry("status", "ok");
        assertThat(curl("http://localhost/metrics"))
                .contains("# TYPE roost_claims gauge\n")
                .endsWith("# EOF\n");
    }

    @Test
    @SuppressWarnings("unchecked")
    void everyReferenceInTheOpenApiDocumentResolves() throws Exception {
        Map<String, Object> document;
        try (ApiConnection api = new ApiConnection(node.socket())) {
            document = Json.read(api.get("/v1/openapi.json").body());
        }
        assertThat((String) document.get("openapi")).startsWith("3.");
        Map<String, Object> paths = (Map<String, Object>) document.get("paths");
        assertThat(paths).containsKeys("/v1/claims", "/v1/claims/activate", "/v1/jobs", "/health");
        List<String> operations = new ArrayList<>();
        for (Object path : paths.values()) {
            for (Object operation : ((Map<String, Object>) path).values()) {
                Map<String, Object> described = (Map<String, Object>) operation;
                operations.add((String) described.get("operationId"));
                assertThat((Map<String, Object>) described.get("responses")).isNotEmpty();
            }
        }
        assertThat(operations).doesNotContainNull().doesNotHaveDuplicates();
        List<String> references = new ArrayList<>();
        collectReferences(document, references);
        assertThat(references).isNotEmpty();
        for (String reference : references) {
            Object at = document;
            for (String step : reference.substring("#/".length()).split("/")) {
                at = ((Map<String, Object>) at).get(step);
                assertThat(at).as(reference).isNotNull();
            }
        }
    }

    private static void collectReferences(Object value, List<String> found) {
        if (value instanceof Map<?, ?> map) {
            if (map.get("$ref") instanceof String reference) {
                found.add(reference);
            }
            map.values().forEach(inner -> collectReferences(inner, found));
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> collectReferences(inner, found));
        }
    }

    @Test
    void eventsTellEveryChangeOfAClaimInOrder() throws Exception {
        try (ApiConnection events = new ApiConnection(node.socket())) {
            events.send("GET /v1/events HTTP/1.1\r\nHost: roost\r\n\r\n");
            readUntil(events, ": listening");
            String claim = node.claim();
            String known = "\"claim\":\"" + claim.substring(0, claim.lastIndexOf('#')) + "#...\"";
            Jobs.activate(node, claim);
            node.must("condor_cod", "suspend", "-id", claim);
            node.must("condor_cod", "resume", "-id", claim);
            node.must("condor_cod", "release", "-id", claim, "-fast");
            for (String state : List.of("Idle", "Running", "Suspended", "Running", "Killing")) {
                assertThat(readUntil(events, known)).contains("\"to\":\"" + state + "\"");
            }
            assertThat(readUntil(events, known)).contains("\"to\":\"Released\"");
        }
    }

    /** The next line that contains this; the class's time limit ends a wait in vain. */
    private static String readUntil(ApiConnection events, String text) throws IOException {
        String line = events.line();
        while (!line.contains(text)) {
            assertThat(line).as("no secret is told").doesNotContainPattern("#[0-9a-f]{40}");
            line = events.line();
        }
        return line;
    }
}
