// SPDX-License-Identifier: Apache-2.0
package roost.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void aFamilyIsWrittenOnceWithAllItsSamples() {
        metrics.counter("roost_x", "What x is.", "kind", "a").add(3);
        metrics.counter("roost_x", "What x is.", "kind", "b").increment();
        metrics.gauge("roost_y", "What y is.", () -> -7);
        metrics.totalTime("roost_z_seconds", "What z is.", () -> 1_500_001);
        assertThat(metrics.render())
                .isEqualTo(
                        """
                        # TYPE roost_x counter
                        # HELP roost_x What x is.
                        roost_x_total{kind="a"} 3
                        roost_x_total{kind="b"} 1
                        # TYPE roost_y gauge
                        # HELP roost_y What y is.
                        roost_y -7
                        # TYPE roost_z_seconds counter
                        # HELP roost_z_seconds What z is.
                        roost_z_seconds_total 1.500001
                        # EOF
                        """);
    }

    @Test
    void theSameNameAndLabelsAreTheSameCounter() {
        metrics.counter("roost_x", "help").increment();
        assertThat(metrics.counter("roost_x", "help").sum()).isEqualTo(1);
    }

    @Test
    void labelValuesAreEscaped() {
        metrics.gauge("roost_x", "help", () -> 1, "a", "q\"b\\n\n");
        assertThat(metrics.render()).contains("roost_x{a=\"q\\\"b\\\\n\\n\"} 1\n");
    }

    @Test
    void aNameIsOneKindOnly() {
        metrics.gauge("roost_x", "help", () -> 1);
        assertThatThrownBy(() -> metrics.counter("roost_x", "help"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
