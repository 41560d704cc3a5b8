// SPDX-License-Identifier: Apache-2.0
package roost.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import roost.config.Knob.Type;

/**
 * Turns a configuration into the HOCON that the parts of a node read, {@code roost { ... }}. Every
 * knob that has a value, set or by default, is in it under its key; numbers are numbers, spans of
 * time are {@code 30s}, lists are lists.
 *
 * <p>Three keys hold more than one value: {@code roost.slots.types} and {@code
 * roost.slots.type-counts} map the numbers of slot types to their values; {@code
 * roost.slots.attributes} and {@code roost.queue.attributes} map names of further attributes to
 * their expressions.
 */
public final class ConfigMapping {
    private ConfigMapping() {}

    /**
     * The configuration as HOCON.
     *
     * @throws ConfigException with every value that is not what its knob's type says
     */
    public static Config toHocon(CondorConfig config) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<ConfigProblem> problems = new ArrayList<>();
        for (Knob knob : Knobs.all()) {
            try {
                put(config, knob, values);
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        // The names in inner maps are users' own: keys as they are, not paths to be parsed.
        values.replaceAll(
                (key, value) ->
                        value instanceof Map<?, ?> ? ConfigValueFactory.fromAnyRef(value) : value);
        return ConfigFactory.parseMap(values, "condor_config");
    }

    private static void put(CondorConfig config, Knob knob, Map<String, Object> values) {
        if (knob.isFamily()) {
            values.put(knob.key(), family(config, knob));
        } else if (knob.type() == Type.ROLES) {
            values.put(knob.key(), Roles.of(config).stream().map(Roles::label).toList());
        } else if (Knobs.NAMES_OF_ATTRIBUTES.contains(knob)) {
            @SuppressWarnings("unchecked")
            Map<String, Object> attributes =
                    (Map<String, Object>)
                            values.computeIfAbsent(knob.key(), k -> new LinkedHashMap<>());
            attributes.putAll(attributes(config, knob));
        } else {
            value(config, knob).ifPresent(value -> values.put(knob.key(), value));
        }
    }

    /** The values of all members of a family, by their numbers. */
    private static Map<String, Object> family(CondorConfig config, Knob knob) {
        Map<String, Object> members = new LinkedHashMap<>();
        String prefix = knob.name().replace("<N>", "");
        config.withPrefix(prefix)
                .forEach(
                        (number, text) -> {
                            if (number.matches("[0-9]{1,9}") && !text.isBlank()) {
                                Origin origin =
                                        config.origin(prefix + number).orElse(Origin.DEFAULT);
                                members.put(number, KnobValue.typed(knob, text.strip(), origin));
                            }
                        });
        return members;
    }

    /** The expressions of the attributes that a knob names. */
    static Map<String, String> attributes(CondorConfig config, Knob knob) {
        Map<String, String> attributes = new LinkedHashMap<>();
        CondorConfig view = config.forSubsystem(knob.subsystem(), config.view().localName());
        for (String name : config.getList(knob)) {
            view.get(name)
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> attributes.put(name, text));
        }
        return attributes;
    }

    private static Optional<Object> value(CondorConfig config, Knob knob) {
        if (knob.type() == Type.LIST) {
            return Optional.of(config.getList(knob));
        }
        return config.getString(knob)
                .map(text -> KnobValue.typed(knob, text, config.originOf(knob)))
                .map(value -> hocon(knob, value));
    }

    private static Object hocon(Knob knob, Object value) {
        return switch (knob.type()) {
            case SECONDS -> value + "s";
            case MEBIBYTES -> value + " MiB";
            case PATH -> value.toString();
            case WORD -> value.toString().toLowerCase(Locale.ROOT);
            default -> value;
        };
    }
}
