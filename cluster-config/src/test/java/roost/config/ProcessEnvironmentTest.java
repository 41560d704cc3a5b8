// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessEnvironmentTest {
    @Test
    void theUsersLocaleIsPutBack() {
        assertThat(
                        ProcessEnvironment.given(
                                Map.of("A", "1", "LC_ALL", "C.UTF-8", "ROOST_LC_ALL", "de_DE")))
                .isEqualTo(Map.of("A", "1", "LC_ALL", "de_DE"));
        assertThat(ProcessEnvironment.given(Map.of("LC_ALL", "C.UTF-8", "ROOST_LC_ALL", "")))
                .isEmpty();
    }

    @Test
    void whatTheFrontDidNotStartIsLeftAlone() {
        assertThat(ProcessEnvironment.given(Map.of("LC_ALL", "C")))
                .isEqualTo(Map.of("LC_ALL", "C"));
    }
}
