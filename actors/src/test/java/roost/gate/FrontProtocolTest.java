// SPDX-License-Identifier: Apache-2.0
package roost.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import roost.gate.FrontProtocol.Hello;
import roost.gate.FrontProtocol.ProtocolException;

class FrontProtocolTest {
    private static final Path HEADER =
            Path.of("../native-bridge/src/main/c/include/front_protocol.h");

    @Test
    void numbersAreThoseOfTheHeaderOfTheFront() throws IOException, IllegalAccessException {
        Matcher defines =
                Pattern.compile("#define FRONT_(\\w+) (0x[0-9a-f]+|\\d+)u?\\b")
                        .matcher(Files.readString(HEADER));
        Map<String, Long> inC = new TreeMap<>();
        while (defines.find()) {
            inC.put(defines.group(1), Long.decode(defines.group(2)));
        }
        Map<String, Long> inJava = new TreeMap<>();
        for (Field field : FrontProtocol.class.getDeclaredFields()) {
            if (inC.containsKey(field.getName())) {
                inJava.put(field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        assertThat(inC).hasSizeGreaterThan(20);
        assertThat(inJava).isEqualTo(inC);
    }

    @Test
    void aGreetingIsReadWithAllItsParts() throws ProtocolException {
        Hello hello = Hello.parse(hello(2, 1, "/tmp", "condor_q", "-long", "A=b=c"));
        assertThat(hello.argv()).containsExactly("condor_q", "-long");
        assertThat(hello.environment()).isEqualTo(Map.of("A", "b=c"));
        assertThat(hello.workingDirectory()).isEqualTo("/tmp");
        assertThat(hello.columns()).isEqualTo(80);
    }

    @Test
    void aGreetingWhoseCountsExceedItsSizeIsRefused() {
        for (int argc : List.of(0, -1, 100, Integer.MAX_VALUE)) {
            assertThatThrownBy(() -> Hello.parse(hello(argc, 1, "/tmp", "a", "B=c")))
                    .isInstanceOf(ProtocolException.class);
        }
        assertThatThrownBy(() -> Hello.parse(hello(1, Integer.MAX_VALUE, "/tmp", "a")))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void aGreetingThatEndsInTheMiddleIsRefused() {
        ByteBuffer whole = hello(2, 1, "/tmp", "condor_q", "-long", "A=b=c");
        for (int size = 0; size < whole.limit(); size++) {
            ByteBuffer part = whole.duplicate().limit(size);
            assertThatThrownBy(() -> Hello.parse(part)).isInstanceOf(ProtocolException.class);
        }
    }

    static ByteBuffer hello(int argc, int envc, String... strings) {
        ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(FrontProtocol.MAGIC).putShort((short) FrontProtocol.VERSION).putShort((short) 0);
        out.putShort((short) 80).putShort((short) 022).putInt(argc).putInt(envc).putInt(1000);
        for (String s : strings) {
            out.put(s.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
        }
        return out.flip();
    }
}
