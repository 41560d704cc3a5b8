// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import roost.classad.ClassAd;
import roost.classad.ClassAdParser;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;
import roost.classad.Match;

/**
 * The ClassAd language on one core. Targets: 50,000 ads/s parsed, 2,000,000 Requirements/s
 * evaluated, one request against 100,000 slot ads in less than 100 ms.
 */
@State(Scope.Benchmark)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ClassAdBenchmark {
    private static final int TEXTS = 1024;

    private final String[] texts = new String[TEXTS];
    private int next;
    private ClassAd slot;
    private Expr requirements;

    @Setup
    public void makeTexts() {
        for (int i = 0; i < TEXTS; i++) {
            texts[i] = MachineAds.text(i);
        }
        slot = MachineAds.ad(3000);
        requirements = MachineAds.REQUEST.lookup("Requirements");
    }

    /** Another slot's text each time: ten attributes are new, the others have been seen. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public ClassAd parse() {
        next = next + 1 & TEXTS - 1;
        return ClassAdParser.parseAd(texts[next]);
    }

    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public Object evaluateRequirements() {
        return Evaluator.evaluate(requirements, MachineAds.REQUEST, slot, EvalContext.DEFAULT);
    }

    /** The two-way match, with the slot's START and resource limits. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public boolean matchBothWays() {
        return Match.matches(MachineAds.REQUEST, slot);
    }

    /** A pool of slot ads, read as a collector would read them. */
    @State(Scope.Benchmark)
    public static class Pool {
        @Param("100000")
        private int slots;

        private ClassAd[] ads;

        @Setup
        public void readAds() {
            ads = new ClassAd[slots];
            for (int i = 0; i < slots; i++) {
                ads[i] = MachineAds.ad(i);
            }
        }
    }

    /** One request against all slots: its Requirements on each, and Rank where they hold. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public void requestAgainstPool(Pool pool, Blackhole sink) {
        ClassAd best = null;
        double rank = -1;
        for (ClassAd ad : pool.ads) {
            if (Match.halfMatches(MachineAds.REQUEST, ad)) {
                double r = Match.rank(MachineAds.REQUEST, ad);
                if (r > rank) {
                    best = ad;
                    rank = r;
                }
            }
        }
        sink.consume(best);
    }
}
