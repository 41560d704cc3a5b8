// SPDX-License-Identifier: Apache-2.0
package roost.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactorTest {
    @Test
    void aClaimIdLosesItsCookieAndNothingElse() {
        assertThat(Redactor.redact("ClaimID (<127.0.0.1:9618>#1700000000#12#ab12cd) not found"))
                .isEqualTo("ClaimID (<127.0.0.1:9618>#1700000000#12#...) not found");
    }

    @Test
    void everyIdInATextIsCovered() {
        assertThat(Redactor.redact("a=\"<h:1>#1#2#x\" b=<[::1]:2>#3#4#y"))
                .isEqualTo("a=\"<h:1>#1#2#...\" b=<[::1]:2>#3#4#...");
    }

    @Test
    void otherTextStays() {
        assertThat(Redactor.redact("issue #12 of <host>")).isEqualTo("issue #12 of <host>");
    }
}
