// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import roost.api.ApiRequest;

class RouteTest {
    private final JsonNode document = OpenApi.document("1.2.3");

    @Test
    void everyRequestHasARoute() {
        Set<Class<?>> routed =
                Route.ALL.stream().flatMap(r -> r.request().stream()).collect(Collectors.toSet());
        assertThat(routed).isEqualTo(requests(ApiRequest.class).collect(Collectors.toSet()));
    }

    private static java.util.stream.Stream<Class<?>> requests(Class<?> type) {
        return type.isRecord()
                ? java.util.stream.Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(RouteTest::requests);
    }

    @Test
    void noTwoRoutesAreTheSame() {
        assertThat(Route.ALL.stream().map(r -> r.method() + " " + r.template()))
                .doesNotHaveDuplicates();
        assertThat(Route.ALL.stream().map(Route::operation)).doesNotHaveDuplicates();
    }

    @Test
    void theDocumentNamesEveryRouteOnce() {
        assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
        assertThat(document.at("/info/version").asText()).isEqualTo("1.2.3");
        List<String> operations = new ArrayList<>();
        document.get("paths")
                .forEach(
                        path ->
                                path.forEach(
                                        operation ->
                                                operations.add(
                                                        operation.get("operationId").asText())));
        assertThat(operations)
                .containsExactlyInAnyOrderElementsOf(
                        Route.ALL.stream().map(Route::operation).toList());
    }

    @Test
    void everyReferenceInTheDocumentLeadsSomewhere() {
        List<String> references =
                document.findValues("$ref").stream().map(JsonNode::asText).distinct().toList();
        assertThat(references).hasSizeGreaterThan(10);
        for (String reference : references) {
            assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue();
        }
    }

    @Test
    void everyOperationHasWhatTheStandardDemands() {
        document.get("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .forEach(
                                                operation ->
                                                        checkOperation(path.getKey(), operation)));
    }

    private static void checkOperation(String path, JsonNode operation) {
        assertThat(operation.get("responses").size()).isPositive();
        operation
                .get("responses")
                .forEach(response -> assertThat(response.get("description").asText()).isNotEmpty());
        List<String> inPath = new ArrayList<>();
        operation
                .path("parameters")
                .forEach(
                        parameter -> {
                            assertThat(parameter.get("schema").isObject()).isTrue();
                            assertThat(parameter.get("in").asText()).isIn("path", "query");
                            if (parameter.get("in").asText().equals("path")) {
                                assertThat(parameter.get("required").asBoolean()).isTrue();
                                inPath.add("{" + parameter.get("name").asText() + "}");
                            }
                        });
        List<String> templates =
                Arrays.stream(path.split("/")).filter(s -> s.startsWith("{")).toList();
        assertThat(inPath).as(path).containsExactlyElementsOf(templates);
    }
}
