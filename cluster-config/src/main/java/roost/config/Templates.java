// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The templates that Roost ships for {@code use CATEGORY : NAME}, and its default configuration.
 */
public final class Templates {
    /** Categories and what is in them, both sorted. */
    private static final Map<String, List<String>> NAMES =
            new TreeMap<>(
                    Map.of(
                            "POLICY",
                            List.of("Always_Run_Jobs", "Desktop"),
                            "ROLE",
                            List.of("CentralManager", "Execute", "Personal", "Submit")));

    /** Texts that were read already; a node reads configurations again and again. */
    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private Templates() {}

    /**
     * A template.
     *
     * @param name {@code CATEGORY:Name} in the spelling of the documentation
     * @param text statements of the configuration language
     */
    public record Template(String name, String text) {}

    /** Categories of templates. */
    public static List<String> categories() {
        return List.copyOf(NAMES.keySet());
    }

    /** Names of the templates of a category, sorted; none if there is no such category. */
    public static List<String> names(String category) {
        return NAMES.getOrDefault(category.strip().toUpperCase(Locale.ROOT), List.of());
    }

    /** A template, whatever the case it is asked for in. */
    public static Optional<Template> find(String category, String name) {
        for (String known : names(category)) {
            if (known.equalsIgnoreCase(name.strip())) {
                String shelf = category.strip().toUpperCase(Locale.ROOT);
                String text = resource((shelf + "-" + known).toLowerCase(Locale.ROOT));
                return Optional.of(new Template(shelf + ":" + known, text));
            }
        }
        return Optional.empty();
    }

    /** What holds where no configuration file is found. */
    static String personalConfiguration() {
        return resource("personal");
    }

    private static String resource(String name) {
        return TEXTS.computeIfAbsent(name, Templates::readResource);
    }

    private static String readResource(String name) {
        try (InputStream in = Templates.class.getResourceAsStream(name + ".config")) {
            if (in == null) {
                throw new IllegalStateException("resource missing: " + name + ".config");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
