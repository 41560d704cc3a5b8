// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

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

    /** Parts of Roost that have knobs: the headings of the documentation, in its order. */
    public enum Area {
        FILES("Where configuration is", "MASTER", "config"),
        DIRECTORIES("Directories", "MASTER", "dir"),
        NODE("Node and pool", "MASTER", "node", "cluster"),
        SLOTS("Slots", "STARTD", "slots"),
        POLICY("Policy of a slot", "STARTD", "policy"),
        COD("Computing On Demand", "STARTD", "cod"),
        JOBS("Running jobs", "STARTER", "jobs"),
        QUEUE("Queue and matchmaking", "SCHEDD", "queue"),
        CHECKPOINTS("Checkpoints", "CKPT_SERVER", "checkpoint"),
        JOURNAL("Journal, history and logs", "MASTER", "journal", "history", "log"),
        API("API", "MASTER", "api");

        private final String title;
        private final String subsystem;
        private final List<String> keys;

        Area(String title, String subsystem, String... keys) {
            this.title = title;
            this.subsystem = subsystem;
            this.keys = List.of(keys);
        }

        /** As a heading. */
        public String title() {
            return title;
        }

        static Area ofKey(String firstWord) {
            for (Area area : values()) {
                if (area.keys.contains(firstWord)) {
                    return area;
                }
            }
            throw new IllegalStateException("no area has keys in " + firstWord);
        }
    }

    public Knob {
        Objects.requireNonNull(name);
        Objects.requireNonNull(key);
        Objects.requireNonNull(type);
        words = List.copyOf(words);
        Objects.requireNonNull(defaultText);
        Objects.requireNonNull(area);
        Objects.requireNonNull(meaning);
    }

    /** There is one of each: comparing all parts would only be slower. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** HTCondor's name of the daemon that has the knob: {@code STARTD.NAME} counts for it. */
    public String subsystem() {
        return area.subsystem;
    }

    /** Whether the name stands for many: {@code SLOT_TYPE_<N>}. */
    public boolean isFamily() {
        return name.contains("<N>");
    }

    /** Whether the default refers to other knobs, or to the machine or user. */
    boolean hasDerivedDefault() {
        String text = defaultText.orElse("");
        MacroReference.Finder finder = new MacroReference.Finder(text);
        return IntStream.range(0, text.length())
                .filter(i -> text.charAt(i) == '$')
                .anyMatch(i -> finder.at(i) != null);
    }

    /**
     * Whether a node must have a value that nothing stands in for when the knob is set to nothing:
     * directories, names and sizes that depend on machine and user. Constant defaults stand in for
     * themselves, an empty expression is one that is not there, and no contact is the manager.
     */
    boolean mustNotBeEmpty() {
        return hasDerivedDefault()
                && type != Type.EXPRESSION
                && type != Type.LIST
                && this != Knobs.COLLECTOR_HOST;
    }
}
