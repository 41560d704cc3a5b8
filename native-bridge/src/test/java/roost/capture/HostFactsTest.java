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
    void anOlderKernelIsAnObstacleAndANewerOneIsNot() {
        assertThat(kernel("6.1.9").obstaclesFor(kernel("6.18.44-fc")))
                .containsExactly("Linux 6.1.9 is older than the 6.18.44-fc of the image");
        assertThat(kernel("5.19").obstaclesFor(kernel("6.0"))).hasSize(1);
        assertThat(kernel("6.18.1").obstaclesFor(kernel("6.18.44"))).isEmpty();
        assertThat(kernel("6.18").obstaclesFor(kernel("6.2"))).isEmpty();
        assertThat(kernel("6.18").obstaclesFor(kernel("unknown"))).isEmpty();
    }

    private static HostFacts kernel(String release) {
        return new HostFacts("h", release, 62, "Model X", 0, 3);
    }

    @Test
    void anotherKindOfMachineIsTheOnlyObstacleNamed() {
        assertThat(host(183, 0, 0).obstaclesFor(host(62, AVX, 7)))
                .containsExactly("the image is of another kind of machine (ELF 62)");
    }
}
