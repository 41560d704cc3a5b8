// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code getenv}: which of the user's variables the job gets: all of them, none, or those whose
 * names are listed, where {@code *} stands for any letters and {@code !} leaves one out. Source:
 * HTCondor manual 9.0, condor_submit.
 */
final class InheritedEnvironment {
    private InheritedEnvironment() {}

    static Map<String, String> select(Map<String, String> all, String value, int line)
            throws SubmitException {
        Map<String, String> sorted = new TreeMap<>(all);
        sorted.keySet().removeIf(name -> name.isEmpty() || name.contains("="));
        switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "t", "yes", "1" -> {
                return sorted;
            }
            case "false", "f", "no", "0" -> {
                return Map.of();
            }
            default -> {
                return listed(sorted, value, line);
            }
        }
    }

    private static Map<String, String> listed(Map<String, String> all, String list, int line)
            throws SubmitException {
        Map<String, String> selected = new LinkedHashMap<>();
        for (String word : list.split("[,\\s]+")) {
            boolean leaveOut = word.startsWith("!");
            String pattern = leaveOut ? word.substring(1) : word;
            if (pattern.isEmpty()) {
                throw new SubmitException(line, "getenv is true, false or a list of names");
            }
            Glob glob = new Glob(pattern);
            if (leaveOut) {
                selected.keySet().removeIf(glob::matches);
            } else {
                all.forEach(
                        (name, value) -> {
                            if (glob.matches(name)) {
                                selected.put(name, value);
                            }
                        });
            }
        }
        return selected;
    }
}
