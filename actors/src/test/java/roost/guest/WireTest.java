// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import roost.slot.BatchEvent;

@Timeout(20)
class WireTest {

    /** One that is not named would be lost on its way to the other node. */
    @ParameterizedTest
    @ValueSource(classes = {BatchEvent.class, GuestNews.class, HostNews.class, GuestEvent.class})
    void everyKindIsKnownToTheSerializer(Class<?> type) {
        List<Class<?>> named =
                Arrays.stream(type.getAnnotation(JsonSubTypes.class).value())
                        .<Class<?>>map(JsonSubTypes.Type::value)
                        .toList();
        assertThat(named).containsExactlyInAnyOrder(type.getPermittedSubclasses());
    }
}
