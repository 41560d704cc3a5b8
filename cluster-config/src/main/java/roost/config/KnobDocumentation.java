// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.List;
import java.util.function.Predicate;
import roost.config.Knob.Area;
import roost.config.Knob.Type;

/** The table of knobs as people read it: Markdown, a man page, and the commented HOCON. */
public final class KnobDocumentation {
    private static final int COLUMNS = 100;

    private KnobDocumentation() {}

    /** One table an area. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("# Configuration knobs\n");
        for (Area area : Area.values()) {
            out.append("\n## ").append(area.title()).append("\n\n");
            out.append("| Knob | Default | Type | Meaning |\n|---|---|---|---|\n");
            for (Knob knob : of(area)) {
                out.append("| `")
                        .append(knob.name())
                        .append("` | ")
                        .append(
                                knob.defaultText()
                                        .map(text -> "`" + text.replace("|", "\\|") + "`")
                                        .orElse("not set"))
                        .append(" | ")
                        .append(typeAndRange(knob))
                        .append(" | ")
                        .append(knob.meaning().replace("|", "\\|"))
                        .append(" |\n");
            }
        }
        return out.toString();
    }

    /** The list of knobs for section 5 of the manual, in the macros of man(7). */
    public static String man() {
        StringBuilder out = new StringBuilder();
        out.append(".TH CONDOR_CONFIG 5 \"\" \"Roost\" \"Configuration\"\n");
        out.append(".SH NAME\ncondor_config \\- knobs of the configuration\n");
        for (Area area : Area.values()) {
            out.append(".SH ").append(area.title().toUpperCase(java.util.Locale.ROOT)).append('\n');
            for (Knob knob : of(area)) {
                out.append(".TP\n.B ").append(knob.name()).append('\n');
                out.append(roff(knob.meaning())).append('\n');
                out.append(".br\nDefault: ")
                        .append(roff(knob.defaultText().orElse("not set")))
                        .append(". Type: ")
                        .append(roff(typeAndRange(knob)))
                        .append(".\n");
            }
        }
        return out.toString();
    }

    private static String roff(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    private static String typeAndRange(Knob knob) {
        Type type = knob.type();
        if (!knob.words().isEmpty()) {
            return (type == Type.LIST ? "list of " : "") + String.join(", ", knob.words());
        }
        if (!type.isNumber()) {
            return type.noun();
        }
        String unit = type.unit().isEmpty() ? "number" : type.unit();
        return unit + ", " + knob.min() + " to " + knob.max();
    }

    /**
     * What {@code reference.conf} of this module must say: every key with its meaning, and its
     * default where that does not depend on the machine.
     */
    public static String referenceConf() {
        StringBuilder out = new StringBuilder("# SPDX-License-Identifier: Apache-2.0\n");
        out.append("# Written from the table of knobs (roost.config.Knobs); do not edit.\n");
        out.append("#\n");
        out.append(
                "# A node sets every key below from its condor_config, where the name in brackets\n");
        out.append("# is used. Change values there, not here.\n");
        for (Area area : Area.values()) {
            out.append("\n# ---- ").append(area.title()).append(" ----\n");
            for (Knob knob : of(area)) {
                out.append('\n');
                wrap(out, knob.meaning() + " [" + knob.name() + "]");
                wrap(out, "Type: " + typeAndRange(knob) + ".");
                out.append(defaultLine(knob)).append('\n');
            }
        }
        return out.toString();
    }

    private static String defaultLine(Knob knob) {
        String text = knob.defaultText().orElse("");
        if (knob.type() == Type.LIST && !Knobs.NAMES_OF_ATTRIBUTES.contains(knob)) {
            List<String> items = ConfigList.split(text);
            return knob.key()
                    + " = ["
                    + String.join(", ", items.stream().map(KnobDocumentation::quote).toList())
                    + "]";
        }
        if (text.isEmpty()) {
            return "# " + knob.key() + " is not set";
        }
        if (knob.hasDerivedDefault()) {
            return "# " + knob.key() + " comes from " + text;
        }
        return knob.key() + " = " + defaultValue(knob, text);
    }

    private static String defaultValue(Knob knob, String text) {
        return switch (knob.type()) {
            case INTEGER, BYTES -> text;
            case SECONDS -> text + "s";
            case MEBIBYTES -> text + " MiB";
            case BOOLEAN -> text.toLowerCase(java.util.Locale.ROOT);
            case WORD -> quote(text.toLowerCase(java.util.Locale.ROOT));
            default -> quote(text);
        };
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static void wrap(StringBuilder out, String text) {
        int column = COLUMNS;
        for (String word : text.split(" ")) {
            if (column + 1 + word.length() > COLUMNS - 4) {
                boolean first = out.charAt(out.length() - 1) == '\n';
                out.append(first ? "# " : "\n# ").append(word);
                column = 2 + word.length();
            } else {
                out.append(' ').append(word);
                column += 1 + word.length();
            }
        }
        out.append('\n');
    }

    private static List<Knob> of(Area area) {
        Predicate<Knob> inArea = knob -> knob.area() == area;
        return Knobs.all().stream().filter(inArea).toList();
    }
}
