// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** Repetitions of one measurement, in milliseconds. */
public record Samples(double[] sorted) {
    public static Samples ofMillis(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Samples(sorted);
    }

    public static Samples ofNanos(long... values) {
        return ofMillis(Arrays.stream(values).mapToDouble(nanos -> nanos / 1e6).toArray());
    }

    /** The median of the ratios of values to those that were measured beside them. */
    static double medianRatio(double[] values, double[] beside) {
        return ofMillis(
                        IntStream.range(0, values.length)
                                .mapToDouble(i -> values[i] / beside[i])
                                .toArray())
                .median();
    }

    public double median() {
        return sorted[sorted.length / 2];
    }

    /** Lower end of the interval in which the true median is, with a probability of 95 %. */
    public double medianAtLeast() {
        return sorted[Math.max(0, (sorted.length - 1) / 2 - spread())];
    }

    /** Upper end of that interval. */
    public double medianAtMost() {
        return sorted[Math.min(sorted.length - 1, sorted.length / 2 + spread())];
    }

    /** Ranks of a sample are binomially distributed around its median: 1.96 x sqrt(n) / 2. */
    private int spread() {
        return (int) Math.ceil(0.98 * Math.sqrt(sorted.length));
    }

    public double p95() {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * 0.95))];
    }

    public double min() {
        return sorted[0];
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f ms (p95 %.2f, least %.2f)", median(), p95(), min());
    }
}
