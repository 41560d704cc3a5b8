// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ImageFormatTest {

    @Test
    void everyNumberIsTheOneTheCompilerOfTheLibraryUses() throws Exception {
        Path layout = Path.of(System.getProperty("roost.native.dir")).resolve("test/image/layout");
        Process process = new ProcessBuilder(layout.toString()).start();
        Map<String, Long> inC =
                process.inputReader()
                        .lines()
                        .map(line -> line.split(" "))
                        .collect(Collectors.toMap(w -> w[0], w -> Long.parseLong(w[1])));
        assertThat(process.waitFor()).isZero();

        Map<String, Long> inJava = new TreeMap<>();
        for (Field field : ImageFormat.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType().isPrimitive()) {
                inJava.put(field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        assertThat(inJava).hasSizeGreaterThan(50).containsExactlyInAnyOrderEntriesOf(inC);
    }
}
