// SPDX-License-Identifier: Apache-2.0
package roost.security;

import java.util.regex.Pattern;

/** Takes secrets out of text that goes where others can read it. */
public final class Redactor {
    private static final Pattern CLAIM_ID =
            Pattern.compile("(<[^<>\\s]*>#\\d+#\\d+#)[^\\s\"'),;]+");

    private Redactor() {}

    /** The text with the cookie of every claim id in it replaced by {@code ...}. */
    public static String redact(String text) {
        return text.indexOf('#') < 0 ? text : CLAIM_ID.matcher(text).replaceAll("$1...");
    }
}
