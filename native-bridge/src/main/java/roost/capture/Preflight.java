// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a program or a process can be checkpointed here, found out before it matters.
 *
 * @param subject what was looked at: a path, or {@code process 123}
 * @param obstacles facts that make it impossible; none means it can be checkpointed
 * @param delays facts that make a checkpoint wait until they have changed, as open connections
 * @param notes facts worth knowing that stop nothing
 */
public record Preflight(
        String subject, List<Finding> obstacles, List<Finding> delays, List<Finding> notes) {

    /**
     * One fact.
     *
     * @param fact what is so, as a sentence without a full stop
     * @param remedy what to do about it, in the same form; "" if nothing can be done
     */
    public record Finding(String fact, String remedy) {
        @Override
        public String toString() {
            return remedy.isEmpty() ? fact : fact + "; " + remedy;
        }
    }

    public Preflight {
        obstacles = List.copyOf(obstacles);
        delays = List.copyOf(delays);
        notes = List.copyOf(notes);
    }

    /** Nothing is in the way. */
    public static Preflight clear(String subject) {
        return new Preflight(subject, List.of(), List.of(), List.of());
    }

    static Preflight impossible(String subject, String fact, String remedy) {
        return new Preflight(subject, List.of(new Finding(fact, remedy)), List.of(), List.of());
    }

    public boolean possible() {
        return obstacles.isEmpty();
    }

    /** The obstacles in one line: a reason to refuse with. "" if there is none. */
    public String reason() {
        return String.join(". ", obstacles.stream().map(Finding::toString).toList());
    }

    /**
     * From what {@code roost-checkpoint --check --lines} prints: lines of a kind, a fact and a
     * remedy with a tab between.
     */
    static Preflight parse(String subject, String lines) {
        List<Finding> obstacles = new ArrayList<>();
        List<Finding> delays = new ArrayList<>();
        List<Finding> notes = new ArrayList<>();
        for (String line : lines.split("\n")) {
            String[] parts = line.split("\t", -1);
            if (parts.length != 3) {
                continue;
            }
            Finding finding = new Finding(parts[1], parts[2]);
            switch (parts[0]) {
                case "obstacle" -> obstacles.add(finding);
                case "delay" -> delays.add(finding);
                case "note" -> notes.add(finding);
                default -> {
                    // of a newer tool
                }
            }
        }
        return new Preflight(subject, obstacles, delays, notes);
    }
}
