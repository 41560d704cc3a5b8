// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import roost.api.ApiException;
import roost.api.ApiException.Code;
import roost.api.ApiJson;
import roost.api.ApiRequest;
import roost.config.Spelling;

/**
 * Makes a request record out of what came over HTTP: the path, the query of a GET, the JSON object
 * in the body of a POST. What may be left out is what the record can do without: optional fields,
 * flags, lists, and the target, which then is the node itself.
 */
final class RequestReader {
    /** What is left out of the name of a field that a query gives flat. */
    private static final Set<Class<?>> OPTIONALS =
            Set.of(Optional.class, OptionalInt.class, OptionalLong.class);

    private final int adBytesMax;

    RequestReader(int adBytesMax) {
        this.adBytesMax = adBytesMax;
    }

    /**
     * Reads a request.
     *
     * @param pathValues values of {@link Route#pathFields}
     * @param query the query's parameters; only a GET may have any
     * @param body empty, or one JSON object; only a POST may have one
     * @throws ApiException INVALID or TOO_LARGE, saying what is wrong
     */
    ApiRequest<?> read(
            Route route, List<String> pathValues, Map<String, List<String>> query, byte[] body) {
        Class<? extends ApiRequest<?>> type = route.request().orElseThrow();
        ObjectNode fields = body.length == 0 ? JsonNodeFactory.instance.objectNode() : parse(body);
        for (int i = 0; i < pathValues.size(); i++) {
            fields.put(route.pathFields().get(i), pathValues.get(i));
        }
        if (route.method().equals("GET")) {
            fields = fromQuery(type, route, query);
        } else if (!query.isEmpty()) {
            throw invalid("a POST takes its fields from the body, not from the query");
        }
        fields.setAll(fixed(route));
        complete(type, fields, "");
        if (body.length > adBytesMax) {
            checkAds(fields);
        }
        fields.put("request", type.getSimpleName());
        try {
            return ApiJson.mapper().treeToValue(fields, type);
        } catch (JsonProcessingException e) {
            throw invalid(reason(e));
        }
    }

    private static ObjectNode fixed(Route route) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        route.fixed().forEach(node::put);
        return node;
    }

    private static ObjectNode parse(byte[] body) {
        try {
            JsonNode tree = ApiJson.mapper().readTree(body);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw invalid("the body must be a JSON object");
        } catch (JsonProcessingException e) {
            throw invalid("the body is no JSON: " + reason(e));
        } catch (IOException e) {
            throw invalid("the body cannot be read: " + e.getMessage());
        }
    }

    /** What is wrong, and where. */
    private static String reason(JsonProcessingException e) {
        Throwable cause = e.getCause() instanceof IllegalArgumentException c ? c : e;
        String text = cause == e ? e.getOriginalMessage() : String.valueOf(cause.getMessage());
        String field = "";
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            StringBuilder path = new StringBuilder();
            for (JsonMappingException.Reference step : mapping.getPath()) {
                path.append(path.isEmpty() || step.getFieldName() == null ? "" : ".");
                path.append(
                        step.getFieldName() == null
                                ? "[" + step.getIndex() + "]"
                                : step.getFieldName());
            }
            field = "field '" + path + "': ";
        } else if (e.getLocation() != null && e.getLocation().getLineNr() > 0) {
            field =
                    "line "
                            + e.getLocation().getLineNr()
                            + " column "
                            + e.getLocation().getColumnNr()
                            + ": ";
        }
        return field + text;
    }

    private static ObjectNode fromQuery(
            Class<?> type, Route route, Map<String, List<String>> query) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        List<RecordComponent> known = queryFields(type, route);
        query.forEach(
                (name, values) -> {
                    RecordComponent field =
                            known.stream()
                                    .filter(f -> f.getName().equals(name))
                                    .findFirst()
                                    .orElseThrow(
                                            () ->
                                                    unknown(
                                                            "parameter",
                                                            name,
                                                            known.stream()
                                                                    .map(RecordComponent::getName)
                                                                    .toList()));
                    ObjectNode owner =
                            field.getDeclaringRecord() == type
                                    ? fields
                                    : fields.withObjectProperty("target");
                    owner.set(name, queryValue(field, values));
                });
        return fields;
    }

    private static JsonNode queryValue(RecordComponent field, List<String> values) {
        if (field.getType() == List.class) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            values.stream()
                    .flatMap(value -> Arrays.stream(value.split(",")))
                    .filter(value -> !value.isEmpty())
                    .forEach(list::add);
            return list;
        }
        if (values.size() != 1) {
            throw invalid("parameter '" + field.getName() + "' is given more than once");
        }
        String value = values.get(0);
        if (field.getType() == boolean.class) {
            return switch (value) {
                case "", "true", "1" -> JsonNodeFactory.instance.booleanNode(true);
                case "false", "0" -> JsonNodeFactory.instance.booleanNode(false);
                default ->
                        throw invalid(
                                "parameter '"
                                        + field.getName()
                                        + "' must be true or false, not '"
                                        + value
                                        + "'");
            };
        }
        return JsonNodeFactory.instance.textNode(value);
    }

    /** What a query may say: the request's own fields and, flat, those of its target. */
    static List<RecordComponent> queryFields(Class<?> type, Route route) {
        return Arrays.stream(type.getRecordComponents())
                .filter(field -> !route.fixed().containsKey(field.getName()))
                .filter(field -> !route.pathFields().contains(field.getName()))
                .flatMap(
                        field ->
                                field.getType() == ApiRequest.Target.class
                                        ? Arrays.stream(field.getType().getRecordComponents())
                                        : java.util.stream.Stream.of(field))
                .toList();
    }

    /** Whether a request is complete without this field. */
    static boolean isOptional(RecordComponent field) {
        Class<?> type = field.getType();
        return OPTIONALS.contains(type)
                || type == boolean.class
                || type == List.class
                || type == ApiRequest.Target.class;
    }

    /** Fills in what may be left out, and refuses what is unknown or lacking. */
    private static void complete(Class<?> type, ObjectNode fields, String where) {
        List<String> known =
                Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
        fields.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                throw unknown("field", where + name, known);
                            }
                        });
        for (RecordComponent field : type.getRecordComponents()) {
            String name = field.getName();
            JsonNode value = fields.get(name);
            if (value == null || value.isNull()) {
                fields.remove(name);
                supply(field, fields, where);
            } else if (value instanceof ObjectNode object && field.getType().isRecord()) {
                complete(field.getType(), object, where + name + ".");
            }
        }
    }

    private static void supply(RecordComponent field, ObjectNode fields, String where) {
        String name = field.getName();
        if (!isOptional(field)) {
            throw invalid("field '" + where + name + "' is missing");
        }
        if (field.getType() == boolean.class) {
            fields.put(name, false);
        } else if (field.getType() == List.class) {
            fields.putArray(name);
        } else if (field.getType().isRecord()) {
            fields.putObject(name);
        }
    }

    private void checkAds(ObjectNode fields) {
        checkAd(fields.get("jobAd"));
        JsonNode jobs = fields.get("jobs");
        if (jobs != null) {
            jobs.forEach(this::checkAd);
        }
    }

    private void checkAd(JsonNode ad) {
        if (ad != null && ad.toString().length() > adBytesMax) {
            throw new ApiException(
                    Code.TOO_LARGE,
                    "an ad has "
                            + ad.toString().length()
                            + " bytes; "
                            + adBytesMax
                            + " may it have",
                    "put large data into a file and name it in the ad");
        }
    }

    private static ApiException unknown(String what, String name, List<String> known) {
        String bare = name.substring(name.lastIndexOf('.') + 1);
        String hint =
                Spelling.nearest(bare, known)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("known are: " + String.join(", ", known));
        return new ApiException(Code.INVALID, "there is no " + what + " '" + name + "'", hint);
    }

    private static ApiException invalid(String message) {
        return new ApiException(Code.INVALID, message);
    }
}
