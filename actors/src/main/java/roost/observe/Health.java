// SPDX-License-Identifier: Apache-2.0
package roost.observe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * What is wrong with a node right now, for {@code /health} and for people. Parts report a problem
 * under a subject of theirs and take it back when it is over; parts that can only be asked are.
 */
public final class Health {
    private final Map<String, String> reported = new ConcurrentSkipListMap<>();
    private final Map<String, Supplier<Optional<String>>> asked = new ConcurrentSkipListMap<>();

    /**
     * Reports a problem, in the place of an earlier one on the same subject.
     *
     * @param subject who reports, such as {@code journal}
     * @param problem a sentence that says what is wrong and what to do
     */
    public void problem(String subject, String problem) {
        reported.put(subject, problem);
    }

    /** Takes a problem back. */
    public void well(String subject) {
        reported.remove(subject);
    }

    /** Has {@code check} asked whenever someone looks; it must answer at once. */
    public void check(String subject, Supplier<Optional<String>> check) {
        asked.put(subject, check);
    }

    /** All problems, {@code subject: sentence}, sorted; empty when all is well. */
    public List<String> problems() {
        Map<String, String> all = new ConcurrentSkipListMap<>(reported);
        asked.forEach((subject, check) -> check.get().ifPresent(p -> all.putIfAbsent(subject, p)));
        return all.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
    }
}
