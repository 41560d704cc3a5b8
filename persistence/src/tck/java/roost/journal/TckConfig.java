// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class TckConfig {

    private TckConfig() {}

    static Config inNewDirectory() {
        try {
            Path directory = Files.createTempDirectory("tck");
            return ConfigFactory.parseString("roost.journal.dir = \"%s\"".formatted(directory))
                    .withFallback(ConfigFactory.load());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
