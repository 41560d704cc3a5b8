// SPDX-License-Identifier: Apache-2.0
package roost.cli.demo;

import java.io.PrintStream;

/** Prints what happened and when, one line a step, with the time that the step took. */
final class Timeline {
    private final PrintStream out;
    private final long begin = System.nanoTime();

    Timeline(PrintStream out) {
        this.out = out;
    }

    void heading(String text) {
        out.printf("%n%s%n", text);
        out.flush();
    }

    /** A step that was checked; its duration is since {@code startNanos}. */
    void step(long startNanos, String text) {
        double ms = (System.nanoTime() - startNanos) / 1e6;
        print(ms < 100 ? String.format("%7.1f ms", ms) : String.format("%7.0f ms", ms), text);
    }

    /** A fact that has no duration of its own. */
    void note(String text) {
        print("", text);
    }

    private void print(String took, String text) {
        double at = (System.nanoTime() - begin) / 1e9;
        out.printf("%6.2f s %10s  %s%n", at, took, text);
        out.flush();
    }
}
