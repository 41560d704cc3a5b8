// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Lists in configuration values: items parted by commas, blanks or line ends; empty ones dropped.
 */
final class ConfigList {
    private ConfigList() {}

    static List<String> split(String text) {
        List<String> items = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean separator =
                    i == text.length() || text.charAt(i) == ',' || text.charAt(i) <= ' ';
            if (separator && start >= 0) {
                items.add(text.substring(start, i));
                start = -1;
            } else if (!separator && start < 0) {
                start = i;
            }
        }
        return items;
    }
}
