// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * Which of the two dialects a text is read in and evaluated by.
 *
 * <p>Source: HTCondor manual 8.9, "ClassAds: Old and New", and its setting
 * STRICT_CLASSAD_EVALUATION.
 */
public enum Mode {
    /**
     * What HTCondor's daemons and tools do, and the default everywhere: numbers count as booleans,
     * {@code MY.} and {@code CurrentTime} exist, a bare name not found in one ad is looked up in
     * the other, a backslash in a string stands for itself unless a double quote follows.
     */
    OLD,

    /**
     * The language by its book: only booleans are booleans, a bare name belongs to its own ad,
     * strings have C escapes, integers may be written in hexadecimal and octal.
     */
    STRICT
}
