// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import roost.classad.ClassAd;
import roost.id.SlotName;

class SlotClaimsAdTest {

    /** Else a claim that has just changed would have done so after its ad, in the future. */
    @Test
    void theAdIsAsFreshAsTheClaimsInIt() {
        ClassAd old = ClassAd.builder().putInt("LastHeardFrom", 1).build();
        long before = System.currentTimeMillis() / 1000;
        ClassAd ad =
                SlotClaimsAd.with(
                        old, new ClaimDirectory(), new SlotName(1, "here"), 0, Optional.empty());
        assertThat(ad.getInteger("LastHeardFrom").orElseThrow()).isGreaterThanOrEqualTo(before);
    }
}
