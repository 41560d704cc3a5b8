// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.JobId;
import roost.id.NodeAddress;

/**
 * The OpenAPI 3.1 document. It is made from the table of routes and from the records themselves, so
 * that it cannot say anything else than the code.
 */
final class OpenApi {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Map<Class<?>, String> TEXTS =
            Map.of(
                    ClaimId.class,
                    "A claim's whole id, <ip:port>#birthday#sequence#cookie. Who has it and is the"
                            + " claim's user may use the claim: keep it secret.",
                    JobId.class,
                    "A job's id, cluster.proc.",
                    NodeAddress.class,
                    "A node's address, <ip:port>.");

    private final ObjectNode schemas = JSON.objectNode();

    private OpenApi() {}

    /** The document for a version of Roost. */
    static ObjectNode document(String version) {
        return new OpenApi().build(version);
    }

    private ObjectNode build(String version) {
        ObjectNode root = JSON.objectNode();
        root.put("openapi", "3.1.0");
        ObjectNode info = root.putObject("info");
        info.put("title", "Roost");
        info.put("version", version);
        info.put(
                "description",
                "The API of a Roost node, on the UNIX socket run/roost.sock of its LOCAL_DIR. The caller"
                        + " is the user that the kernel says is at the other end.");
        root.putArray("servers").addObject().put("url", "http://localhost");
        ObjectNode paths = root.putObject("paths");
        for (Route route : Route.ALL) {
            paths.withObjectProperty(route.template())
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        error();
        ArrayNode events = schema("Event").putArray("oneOf");
        for (Class<?> event : ApiEvent.class.getPermittedSubclasses()) {
            events.add(reference(event));
        }
        root.putObject("components").set("schemas", schemas);
        return root;
    }

    private ObjectNode operation(Route route) {
        ObjectNode operation = JSON.objectNode();
        operation.put("operationId", route.operation());
        operation.put("summary", route.summary());
        ArrayNode parameters = JSON.arrayNode();
        for (String field : route.pathFields()) {
            ObjectNode parameter = parameter(parameters, field, "path", true);
            parameter.set("schema", JSON.objectNode().put("type", "string"));
        }
        route.request().ifPresent(type -> input(route, type, operation, parameters));
        if (route.kind() == Route.Kind.EVENTS) {
            ObjectNode kind = parameter(parameters, "kind", "query", false);
            kind.put("description", "Kinds of events, separated by commas; without, all.");
            kind.set("schema", JSON.objectNode().put("type", "string"));
        }
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        ObjectNode responses = operation.putObject("responses");
        output(route, responses.putObject("200"));
        ObjectNode failure = responses.putObject("default");
        failure.put("description", "Why it could not be done.");
        content(failure, "application/json").put("$ref", "#/components/schemas/Error");
        return operation;
    }

    private void input(Route route, Class<?> type, ObjectNode operation, ArrayNode parameters) {
        List<RecordComponent> fields = RequestReader.queryFields(type, route);
        if (route.method().equals("GET")) {
            for (RecordComponent field : fields) {
                ObjectNode parameter =
                        parameter(
                                parameters,
                                field.getName(),
                                "query",
                                !RequestReader.isOptional(field));
                parameter.set("schema", type(field.getGenericType()));
                if (field.getType() == List.class) {
                    parameter.put("explode", false);
                }
            }
            return;
        }
        ObjectNode body = operation.putObject("requestBody");
        List<RecordComponent> inBody =
                Arrays.stream(type.getRecordComponents())
                        .filter(field -> !route.pathFields().contains(field.getName()))
                        .toList();
        body.put("required", inBody.stream().anyMatch(f -> !RequestReader.isOptional(f)));
        content(body, "application/json").setAll(object(inBody, false));
    }

    private void output(Route route, ObjectNode response) {
        switch (route.kind()) {
            case CALL -> {
                response.put("description", "Done.");
                content(response, "application/json")
                        .setAll(reference(route.reply().orElseThrow()));
            }
            case EVENTS -> {
                response.put("description", "One event a message; its data is JSON as described.");
                content(response, "text/event-stream").put("$ref", "#/components/schemas/Event");
            }
            case METRICS -> {
                response.put("description", "The numbers.");
                content(response, "application/openmetrics-text").put("type", "string");
            }
            case HEALTH, OPENAPI -> {
                response.put("description", "As the summary says.");
                content(response, "application/json").put("type", "object");
            }
        }
    }

    private static ObjectNode content(ObjectNode parent, String mediaType) {
        return parent.putObject("content").putObject(mediaType).putObject("schema");
    }

    private static ObjectNode parameter(
            ArrayNode parameters, String name, String in, boolean required) {
        ObjectNode parameter = parameters.addObject();
        return parameter.put("name", name).put("in", in).put("required", required);
    }

    private void error() {
        ObjectNode error = schema("Error");
        error.put("type", "object");
        ObjectNode properties = error.putObject("properties");
        ArrayNode codes = JSON.arrayNode();
        Arrays.stream(ApiException.Code.values()).map(Enum::name).forEach(codes::add);
        properties.putObject("code").put("type", "string").set("enum", codes);
        properties.putObject("message").put("type", "string").put("description", "What and why.");
        properties.putObject("hint").put("type", "string").put("description", "What to do.");
        properties.set("reply", reference(roost.api.ClaimReply.class));
        error.putArray("required").add("code").add("message");
    }

    private ObjectNode schema(String name) {
        return schemas.withObjectProperty(name);
    }

    private ObjectNode reference(Class<?> type) {
        String name = type.getSimpleName();
        if (!schemas.has(name)) {
            ObjectNode schema = schema(name);
            if (type.isEnum()) {
                schema.put("type", "string");
                ArrayNode values = schema.putArray("enum");
                Arrays.stream(type.getEnumConstants()).map(Object::toString).forEach(values::add);
            } else if (type.isRecord() && !TEXTS.containsKey(type)) {
                schema.setAll(object(Arrays.asList(type.getRecordComponents()), true));
                tag(type, schema);
            } else if (TEXTS.containsKey(type)) {
                schema.put("type", "string").put("description", TEXTS.get(type));
            } else {
                schema.put("type", "object");
                schema.put(
                        "description",
                        "A ClassAd in HTCondor's JSON form: expressions are strings \"/Expr(...)/\".");
            }
        }
        return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    /** The field that says which of several records it is. */
    private static void tag(Class<?> type, ObjectNode schema) {
        JsonTypeName name = type.getAnnotation(JsonTypeName.class);
        if (name == null || ApiRequest.class.isAssignableFrom(type)) {
            return;
        }
        String field = ApiReply.class.isAssignableFrom(type) ? "reply" : "event";
        ((ObjectNode) schema.get("properties")).putObject(field).put("const", name.value());
        ((ArrayNode) schema.get("required")).add(field);
    }

    private ObjectNode object(List<RecordComponent> fields, boolean output) {
        ObjectNode object = JSON.objectNode().put("type", "object");
        ObjectNode properties = object.putObject("properties");
        ArrayNode required = object.putArray("required");
        for (RecordComponent field : fields) {
            properties.set(field.getName(), type(field.getGenericType()));
            boolean always = output && !isAbsentable(field.getType());
            if (always || !RequestReader.isOptional(field)) {
                required.add(field.getName());
            }
        }
        if (!output) {
            object.put("additionalProperties", false);
        }
        return object;
    }

    private static boolean isAbsentable(Class<?> type) {
        return type == Optional.class || type == OptionalInt.class || type == OptionalLong.class;
    }

    private JsonNode type(Type type) {
        if (type instanceof ParameterizedType generic) {
            JsonNode inner = type(generic.getActualTypeArguments()[0]);
            if (generic.getRawType() == Optional.class) {
                return inner;
            }
            ObjectNode list = JSON.objectNode().put("type", "array");
            list.set("items", inner);
            return list;
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return JSON.objectNode().put("type", "string");
        }
        if (plain == byte[].class) {
            return JSON.objectNode().put("type", "string").put("contentEncoding", "base64");
        }
        if (plain == boolean.class) {
            return JSON.objectNode().put("type", "boolean");
        }
        if (plain == long.class || plain == OptionalLong.class) {
            return JSON.objectNode().put("type", "integer").put("format", "int64");
        }
        if (plain == int.class || plain == OptionalInt.class || plain == Integer.class) {
            return JSON.objectNode().put("type", "integer").put("format", "int32");
        }
        if (plain == ClassAd.class || plain.isRecord() || plain.isEnum()) {
            return reference(plain);
        }
        throw new IllegalStateException("no schema for " + plain);
    }
}
