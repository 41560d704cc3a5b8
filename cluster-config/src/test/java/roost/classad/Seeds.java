// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/** The seed of a random test: {@code -Dseed=}, or a new one; always printed. */
final class Seeds {
    private Seeds() {}

    static long of(String test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(test + ": -Dseed=" + seed);
        return seed;
    }
}
