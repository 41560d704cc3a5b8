// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.Objects;

/**
 * Where a value came from.
 *
 * @param source file path for {@link Kind#FILE}; otherwise the kind's own name
 * @param line first line of the statement, counted from 1; 0 where there are no lines
 * @param template {@code CATEGORY:NAME} of the template that set it, or empty
 * @param templateLine line within the template, counted from 1; 0 without a template
 */
public record Origin(Kind kind, String source, int line, String template, int templateLine) {

    /** What kind of place a value can come from. */
    public enum Kind {
        /** A configuration file, or a template named in one. */
        FILE,
        /** A {@code _CONDOR_NAME} environment variable. */
        ENVIRONMENT,
        /** The table of knobs. */
        DEFAULT,
        /** Found out about this machine or process. */
        DETECTED
    }

    /** Set by the environment. */
    public static final Origin ENVIRONMENT =
            new Origin(Kind.ENVIRONMENT, "<Environment>", 0, "", 0);

    /** The built-in default of a knob. */
    public static final Origin DEFAULT = new Origin(Kind.DEFAULT, "<Default>", 0, "", 0);

    /** Found out about this machine. */
    public static final Origin DETECTED = new Origin(Kind.DETECTED, "<Detected>", 0, "", 0);

    public Origin {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(source);
        Objects.requireNonNull(template);
    }

    /** A line of a file. */
    public static Origin file(String path, int line) {
        return new Origin(Kind.FILE, path, line, "", 0);
    }

    /** The same place, inside a template that was used there. */
    Origin inTemplate(String name, int lineInTemplate) {
        return new Origin(kind, source, line, name, lineInTemplate);
    }

    /**
     * {@code path:line}, the form editors and compilers understand; the bare source without lines.
     */
    public String position() {
        String place = line > 0 ? source + ":" + line : source;
        return template.isEmpty() ? place : place + " (" + template + "+" + templateLine + ")";
    }

    /**
     * As {@code condor_config_val -verbose} prints it: {@code /etc/x, line 3} or {@code /etc/x,
     * line 3, use ROLE:Personal+2}.
     */
    @Override
    public String toString() {
        String place = line > 0 ? source + ", line " + line : source;
        return template.isEmpty() ? place : place + ", use " + template + "+" + templateLine;
    }
}
