// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HostFactsTest {
    private static final long AVX = 1L << 60;

    private static HostFacts host(int machine, long features, long state) {
        return new HostFacts("h", "6.1", machine, "Model X", features, state);
    }

    @Test
    void thisMachineCanRestartItsOwnImages() throws IOException {
        HostFacts here = HostFacts.current();
        assertThat(here.obstaclesFor(here)).isEmpty();
        assertThat(here.cpuFeatures()).isNotZero();
        assertThat(here.kernel()).isNotBlank();
    }

    @Test
    void aMissingInstructionSetIsNamed() {
        assertThat(host(62, 0, 3).obstaclesFor(host(62, AVX, 3)))
                .containsExactly("this CPU lacks avx, which Model X has");
    }

    @Test
    void moreThanTheImageNeedsIsNoObstacle() {
        assertThat(host(62, AVX, 7).obstaclesFor(host(62, 0, 3))).isEmpty();
    }

    @Test
    void vectorRegistersThatAreNotSavedAreAnObstacle() {
        assertThat(host(62, 0, 3).obstaclesFor(host(62, 0, 7)))
                .singleElement()
                .asString()
                .contains("0x4");
    }

    @Test
    void anotherKindOfMachineIsTheOnlyObstacleNamed() {
        assertThat(host(183, 0, 0).obstaclesFor(host(62, AVX, 7)))
                .containsExactly("the image is of another kind of machine (ELF 62)");
    }
}
