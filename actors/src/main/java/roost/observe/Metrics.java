// SPDX-License-Identifier: Apache-2.0
package roost.observe;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The numbers that a node tells about itself, in the OpenMetrics text format. Whoever has a number
 * registers it once, at start; a family's name and help must be the same at each registration.
 *
 * <p>Label values are few and known beforehand (a state, a kind): never an id, a user or a path,
 * which would grow without end and could tell secrets.
 */
public final class Metrics {
    /** The content type of {@link #render()}. */
    public static final String CONTENT_TYPE =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private enum Kind {
        COUNTER("counter", "_total"),
        GAUGE("gauge", "");

        private final String type;
        private final String suffix;

        Kind(String type, String suffix) {
            this.type = type;
            this.suffix = suffix;
        }
    }

    private record Family(Kind kind, String help, Map<String, Supplier<String>> samples) {}

    private final Map<String, Family> families = new LinkedHashMap<>();
    private final Map<String, LongAdder> counters = new LinkedHashMap<>();

    /**
     * A number that only grows, starting at 0; the same one for the same name and labels.
     *
     * @param name without {@code _total}; begins with {@code roost_}
     * @param labels names and values in turn
     */
    public synchronized LongAdder counter(String name, String help, String... labels) {
        return counters.computeIfAbsent(
                name + braces(labels),
                key -> {
                    LongAdder adder = new LongAdder();
                    register(Kind.COUNTER, name, help, whole(adder::sum), labels);
                    return adder;
                });
    }

    /** A number that only grows and that its owner counts; asked for as a gauge is. */
    public void total(String name, String help, LongSupplier value, String... labels) {
        register(Kind.COUNTER, name, help, whole(value), labels);
    }

    /**
     * A time that only grows and that its owner counts.
     *
     * @param name ends in {@code _seconds}
     * @param micros the time in microseconds
     */
    public void totalTime(String name, String help, LongSupplier micros, String... labels) {
        register(
                Kind.COUNTER,
                name,
                help,
                () -> BigDecimal.valueOf(micros.getAsLong(), 6).toPlainString(),
                labels);
    }

    /**
     * A number that goes up and down, asked for whenever someone looks; must answer at once. A
     * later registration under the same name and labels takes the earlier one's place.
     *
     * @param labels names and values in turn
     */
    public void gauge(String name, String help, LongSupplier value, String... labels) {
        register(Kind.GAUGE, name, help, whole(value), labels);
    }

    private static Supplier<String> whole(LongSupplier value) {
        return () -> Long.toString(value.getAsLong());
    }

    private synchronized void register(
            Kind kind, String name, String help, Supplier<String> value, String... labels) {
        Family family =
                families.computeIfAbsent(name, n -> new Family(kind, help, new LinkedHashMap<>()));
        if (family.kind != kind) {
            throw new IllegalArgumentException(name + " is a " + family.kind.type);
        }
        family.samples.put(braces(labels), value);
    }

    /** All of it as text, ended as the format demands. */
    public synchronized String render() {
        StringBuilder out = new StringBuilder(4096);
        families.forEach(
                (name, family) -> {
                    out.append("# TYPE ").append(name).append(' ').append(family.kind.type);
                    out.append("\n# HELP ").append(name).append(' ').append(escape(family.help));
                    out.append('\n');
                    family.samples.forEach(
                            (labels, value) ->
                                    out.append(name)
                                            .append(family.kind.suffix)
                                            .append(labels)
                                            .append(' ')
                                            .append(value.get())
                                            .append('\n'));
                });
        return out.append("# EOF\n").toString();
    }

    private static String braces(String... labels) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("labels are names and values in turn");
        }
        if (labels.length == 0) {
            return "";
        }
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < labels.length; i += 2) {
            out.append(i == 0 ? "" : ",").append(labels[i]);
            out.append("=\"").append(escape(labels[i + 1])).append('"');
        }
        return out.append('}').toString();
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
    }
}
