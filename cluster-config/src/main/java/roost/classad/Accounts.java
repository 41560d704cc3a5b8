// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the functions {@code userHome} and {@code userMap} ask about accounts. */
public interface Accounts {
    /** The home directory of an account, if there is such an account. */
    Optional<String> home(String user);

    /**
     * The groups of a user by one of the configured maps.
     *
     * @return absent where there is no such map; an empty list where the user is not in it
     */
    Optional<List<String>> groups(String map, String user);

    /** The machine's password file, and no maps. */
    Accounts SYSTEM =
            new Accounts() {
                private static final Path PASSWORD_FILE = Path.of("/etc/passwd");

                @Override
                public Optional<String> home(String user) {
                    try (BufferedReader lines =
                            Files.newBufferedReader(PASSWORD_FILE, StandardCharsets.ISO_8859_1)) {
                        return lines.lines()
                                .map(line -> line.split(":", -1))
                                .filter(fields -> fields.length >= 6 && fields[0].equals(user))
                                .map(fields -> fields[5])
                                .findFirst();
                    } catch (IOException | UncheckedIOException e) {
                        // A machine without the file has no accounts to tell about.
                        return Optional.empty();
                    }
                }

                @Override
                public Optional<List<String>> groups(String map, String user) {
                    return Optional.empty();
                }
            };
}
