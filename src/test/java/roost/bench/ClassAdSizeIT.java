// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.classad.ClassAd;

/** What ads take up, measured as the heap that is left after a collection. */
@Timeout(180)
class ClassAdSizeIT {
    @Test
    void aHundredThousandSlotAdsFitInOneGibibyte() {
        long bytes = retained(100_000, MachineAds::ad);
        System.out.printf("100,000 slot ads that differ in ten attributes: %d MiB%n", bytes >> 20);
        assertThat(bytes).isLessThan(1L << 30);
    }

    /** The worst case: no string or expression occurs in another ad, so nothing is shared. */
    @Test
    void anAdThatSharesNothingTakesAtMostFortyKibibytes() {
        int count = 2_000;
        long bytes = retained(count, ClassAdSizeIT::unshared) / count;
        System.out.printf("one slot ad that shares nothing: %.1f KiB%n", bytes / 1024.0);
        assertThat(bytes).isLessThanOrEqualTo(40 * 1024);
    }

    /** Every name but those of the language and every string ends in the ad's number. */
    private static ClassAd unshared(int n) {
        return ClassAd.parse(
                MachineAds.text(n)
                        .replaceAll("(?m)^(\\w+) = ", "$1_" + n + " = ")
                        .replaceAll("\\\\\"", "'")
                        .replaceAll("\"([^\"]+)\"", "\"$1" + n + "\""));
    }

    private static long retained(int count, IntFunction<ClassAd> make) {
        // Classes and caches first; they are there however many ads there are.
        for (int i = 0; i < 1_000; i++) {
            make.apply(count + i);
        }
        ClassAd[] ads = new ClassAd[count];
        long before = used();
        for (int i = 0; i < count; i++) {
            ads[i] = make.apply(i);
        }
        long after = used();
        Reference.reachabilityFence(ads);
        return after - before;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
