// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code $(Cluster)} and {@code $(ClusterId)}: the number that only the node knows. In a string
 * attribute the text is left as it is, and the node's queue replaces it when it assigns the ids. In
 * any other expression it becomes a reference to the attribute ClusterId, which has that value.
 */
final class ClusterMacro {
    private static final Pattern MACRO = Pattern.compile("(?i)\\$\\(cluster(?:id)?\\)");

    private ClusterMacro() {}

    /** The expression with the macro replaced outside of string literals. */
    static String asReference(String expression) {
        Matcher matcher = MACRO.matcher(expression);
        StringBuilder result = new StringBuilder();
        int quotes = 0;
        int from = 0;
        while (matcher.find()) {
            String before = expression.substring(from, matcher.start());
            quotes += (int) before.replace("\\\"", "").chars().filter(c -> c == '"').count();
            boolean inString = quotes % 2 == 1;
            result.append(before).append(inString ? matcher.group() : "ClusterId");
            from = matcher.end();
        }
        return result.append(expression.substring(from)).toString();
    }

    /** The text with the macro replaced, as the node will have it. */
    static String withNumber(String text, int cluster) {
        return MACRO.matcher(text).replaceAll(Integer.toString(cluster));
    }

    static boolean isIn(String text) {
        return MACRO.matcher(text).find();
    }
}
