// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.HashMap;
import java.util.Map;

/**
 * The environment that this process was started with. The front starts every JVM with {@code
 * LC_ALL=C.UTF-8}, because Java can name files by other than ASCII letters only where the locale
 * says UTF-8 and is installed; what {@code LC_ALL} was before is in {@code ROOST_LC_ALL}, empty if
 * it was not set.
 */
public final class ProcessEnvironment {
    private static final String KEPT = "ROOST_LC_ALL";
    private static final Map<String, String> GIVEN = given(System.getenv());

    private ProcessEnvironment() {}

    /** All variables, as the user had them. */
    public static Map<String, String> get() {
        return GIVEN;
    }

    static Map<String, String> given(Map<String, String> now) {
        if (!now.containsKey(KEPT)) {
            return Map.copyOf(now);
        }
        Map<String, String> before = new HashMap<>(now);
        String kept = before.remove(KEPT);
        if (kept.isEmpty()) {
            before.remove("LC_ALL");
        } else {
            before.put("LC_ALL", kept);
        }
        return Map.copyOf(before);
    }
}
