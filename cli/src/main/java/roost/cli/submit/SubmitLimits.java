// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

/** How much of everything a submit description may have. */
final class SubmitLimits {
    /** Jobs in one cluster; what the node takes in one request. */
    static final int MAX_JOBS = 10_000;

    /** Bytes of a submit description or of a file of items. */
    static final int MAX_FILE_BYTES = 4 << 20;

    /** Characters that one value may become when its macros are replaced. */
    static final int MAX_VALUE_CHARS = 1 << 20;

    /** Macros within macros. */
    static final int MAX_MACRO_DEPTH = 32;

    /** Macros replaced in one value, which bounds the time a value takes. */
    static final int MAX_MACRO_USES = 20_000;

    /** Conditions within conditions. */
    static final int MAX_IF_DEPTH = 32;

    private SubmitLimits() {}
}
