// SPDX-License-Identifier: Apache-2.0
package roost.config;

/**
 * Every limit of the configuration language in one place. All are far above what a real pool uses;
 * they exist so that no input can take unbounded time or memory.
 */
final class ConfigLimits {
    /** Bytes of one file. */
    static final int FILE_BYTES = 4 << 20;

    /** Bytes of all files, templates and environment values together. */
    static final int TOTAL_BYTES = 16 << 20;

    /** Files and directories looked at. */
    static final int FILES = 1_000;

    /** Names in one configuration directory. */
    static final int DIRECTORY_ENTRIES = 10_000;

    /** Values kept. */
    static final int VALUES = 100_000;

    /** Characters of a raw value, of an expanded one, and of anything in between. */
    static final int VALUE_CHARS = 1 << 20;

    /** {@code include} and {@code use} within each other. */
    static final int NESTED_FILES = 20;

    /** {@code if} within {@code if}. */
    static final int NESTED_IFS = 64;

    /** Macros that refer to macros that refer to macros. */
    static final int MACRO_DEPTH = 100;

    /** Characters looked at while expanding one value. */
    static final int MACRO_WORK = 32 << 20;

    /** Characters looked at while reading all files, and while checking all values. */
    static final int TOTAL_WORK = 128 << 20;

    /** Problems reported before reading stops. */
    static final int PROBLEMS = 200;

    /** Width or precision in a format given to {@code $INT}, {@code $REAL} or {@code $STRING}. */
    static final int FORMAT_WIDTH = 1_000;

    private ConfigLimits() {}
}
