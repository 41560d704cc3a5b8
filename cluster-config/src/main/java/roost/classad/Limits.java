// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * The bounds that keep hostile or broken input from costing more than it is worth. Every one of
 * them has a clear refusal: a {@link ClassAdException} while reading, the value {@code error} while
 * evaluating.
 */
public final class Limits {
    /** Deepest nesting of parentheses, lists, records, calls and unary operators in one text. */
    public static final int NESTING = 200;

    /** Height of an expression tree; chains such as {@code a + b + c ...} count one a term. */
    public static final int TREE_HEIGHT = 1_000;

    /** Attributes in one ad. */
    public static final int ATTRIBUTES = 20_000;

    /** Characters in one text given to the parser, or in one ad of a stream. */
    public static final int TEXT_CHARS = 16 * 1024 * 1024;

    /** Characters in a string that evaluation may produce. */
    public static final int STRING_CHARS = 1024 * 1024;

    /** Attribute references being followed at the same time. Source: HTCondor, 1000 as well. */
    public static final int REFERENCE_DEPTH = 1_000;

    /**
     * Stack frames of one evaluation, counted by the heights of the expressions that are being
     * evaluated at the same time: some 300 KiB of stack.
     */
    static final int EVALUATION_DEPTH = 3_000;

    /** Operations of one evaluation: operators, references, list elements, blocks of text. */
    public static final int STEPS = 1_000_000;

    /** Characters a regular expression may look at, counted as often as it looks. */
    public static final int REGEX_STEPS = 1_000_000;

    /** Characters of a regular expression. */
    public static final int REGEX_CHARS = 4_096;

    private Limits() {}
}
