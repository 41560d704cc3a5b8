// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One row of the table of knobs: a name of the configuration language that Roost honours.
 *
 * @param name as the documentation spells it; {@code <N>} in it stands for a number
 * @param key where the value goes in HOCON
 * @param type what a value must look like
 * @param words the words a {@link Type#WORD} may be, or {@link Type#LIST} may hold; empty for any
 * @param defaultText the value where nothing sets it, macros and all; empty for "not set"
 * @param min smallest number allowed; for types that are numbers
 * @param max largest number allowed
 * @param subsystem whose {@code SUBSYSTEM.NAME} counts for it
 * @param area which part of Roost reads it: the headings of the documentation
 * @param meaning one or two sentences for the documentation
 */
public record Knob(
        String name,
        String key,
        Type type,
        List<String> words,
        Optional<String> defaultText,
        long min,
        long max,
        String subsystem,
        Area area,
        String meaning) {

    /** What a value must look like. */
    public enum Type {
        /** Any text. */
        STRING("text", ""),
        /** One of {@link Knob#words}. */
        WORD("word", ""),
        /** An absolute file name. */
        PATH("file", ""),
        /** Items parted by commas or blanks. */
        LIST("list", ""),
        /** True or false, or a constant expression that is. */
        BOOLEAN("boolean", ""),
        /** A whole number, or a constant expression that is. */
        INTEGER("number", ""),
        /** A span of time as a number of seconds. */
        SECONDS("number", "seconds"),
        /** A size as a number of bytes. */
        BYTES("number", "bytes"),
        /** A size as a number of MiB. */
        MEBIBYTES("number", "MiB"),
        /** A ClassAd expression, evaluated where it is used. */
        EXPRESSION("expression", ""),
        /** HTCondor's names of daemons, which Roost takes as roles of the node. */
        ROLES("list", "");

        private final String noun;
        private final String unit;

        Type(String noun, String unit) {
            this.noun = noun;
            this.unit = unit;
        }

        /** For the documentation. */
        public String noun() {
            return noun;
        }

        /** The unit of a number; empty where there is none. */
        public String unit() {
            return unit;
        }

        /** Whether {@link Knob#min} and {@link Knob#max} apply. */
        public boolean isNumber() {
            return noun.equals("number");
        }
    }

    /** Headings of the documentation, in its order. */
    public enum Area {
        FILES("Where configuration is"),
        DIRECTORIES("Directories"),
        NODE("Node and pool"),
        SLOTS("Slots"),
        POLICY("Policy of a slot"),
        COD("Computing On Demand"),
        JOBS("Running jobs"),
        QUEUE("Queue and matchmaking"),
        CHECKPOINTS("Checkpoints"),
        JOURNAL("Journal, history and logs"),
        API("API");

        private final String title;

        Area(String title) {
            this.title = title;
        }

        /** As a heading. */
        public String title() {
            return title;
        }
    }

    public Knob {
        Objects.requireNonNull(name);
        Objects.requireNonNull(key);
        Objects.requireNonNull(type);
        words = List.copyOf(words);
        Objects.requireNonNull(defaultText);
        Objects.requireNonNull(subsystem);
        Objects.requireNonNull(area);
        Objects.requireNonNull(meaning);
    }

    /** The same knob, whose value must be one of these words, or a list of them. */
    Knob oneOf(String... allowed) {
        return new Knob(
                name, key, type, List.of(allowed), defaultText, min, max, subsystem, area, meaning);
    }

    /** Whether the name stands for many: {@code SLOT_TYPE_<N>}. */
    public boolean isFamily() {
        return name.contains("<N>");
    }
}
