// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/** The four forms in which ads are written down. */
public enum Format {
    /** One attribute a line in old syntax, ads separated by empty lines. */
    LONG,
    /** {@code [ a = 1; b = 2 ]}. */
    NEW,
    /** A JSON object; what JSON has no type for is a string {@code "/Expr(...)/"}. */
    JSON,
    /** HTCondor's XML. */
    XML,
    /** For reading: whichever of the others the first characters look like. */
    AUTO;

    /** The form that a text beginning with this character is in. */
    static Format startingWith(int first) {
        return switch (first) {
            case '[' -> NEW;
            case '{' -> JSON;
            case '<' -> XML;
            default -> LONG;
        };
    }

    static Format of(String text) {
        int first = text.chars().filter(c -> c > ' ' && c != 0xFEFF).findFirst().orElse(-1);
        return startingWith(first);
    }
}
