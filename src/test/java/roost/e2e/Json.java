// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reading what commands and the API print as JSON. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static Map<String, Object> read(String text) throws IOException {
        return MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
    }

    static List<Map<String, Object>> list(String text) throws IOException {
        return MAPPER.readValue(text, new TypeReference<List<Map<String, Object>>>() {});
    }
}
