// SPDX-License-Identifier: Apache-2.0
package roost.cli.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import roost.api.ApiRequest.Target;
import roost.cli.format.Ads;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.id.NodeAddress;

/**
 * The words of a machine command, refused with the texts of HTCondor's tool. Source: HTCondor 8.8
 * condor_tools/tool.cpp.
 *
 * @param targets whom the command is for, in order; empty for this machine
 * @param flags names of the options without an argument that were given
 */
record SlotsOptions(
        List<Target> targets,
        Optional<String> constraint,
        Optional<String> pool,
        Set<String> flags) {

    /** A word that makes no sense; the message is what the tool prints. */
    static final class BadWordException extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean showsUsage;

        private BadWordException(String message, boolean showsUsage) {
            super(message, null, false, false);
            this.showsUsage = showsUsage;
        }

        boolean showsUsage() {
            return showsUsage;
        }
    }

    /**
     * Reads the words.
     *
     * @param me the name for messages
     */
    static SlotsOptions parse(OptionTable table, String me, List<String> words)
            throws BadWordException {
        List<Target> targets = new ArrayList<>();
        Set<String> flags = new HashSet<>();
        String constraint = null;
        String pool = null;
        Iterator<String> next = words.iterator();
        while (next.hasNext()) {
            String word = next.next();
            if (!word.startsWith("-")) {
                targets.add(word.startsWith("<") ? address(word) : Target.named(word));
                continue;
            }
            Option option = find(table, me, word);
            if (option.arguments().isEmpty()) {
                flags.add(option.name());
                continue;
            }
            if (!next.hasNext()) {
                throw mistake("ERROR: -" + option.name() + " requires another argument");
            }
            String value = next.next();
            switch (option.name()) {
                case "name" -> targets.add(Target.named(value));
                case "addr" -> targets.add(address(value));
                case "pool" -> pool = value;
                default -> {
                    if (constraint != null) {
                        throw mistake("ERROR: only one -constraint argument is allowed");
                    }
                    constraint = constraint(value);
                }
            }
        }
        return new SlotsOptions(
                targets, Optional.ofNullable(constraint), Optional.ofNullable(pool), flags);
    }

    private static Option find(OptionTable table, String me, String word) throws BadWordException {
        String typed = word.substring(word.startsWith("--") ? 2 : 1);
        List<Option> meant =
                table.options().stream()
                        .filter(option -> !typed.isEmpty() && option.name().startsWith(typed))
                        .toList();
        if (meant.size() == 1) {
            return meant.get(0);
        }
        if (meant.size() > 1) {
            throw mistake("ERROR: ambiguous argument \"" + word + "\"");
        }
        for (String vacating : List.of("fast", "graceful")) {
            if (!typed.isEmpty() && vacating.startsWith(typed)) {
                throw mistake("ERROR: \"-" + vacating + "\" is not valid with " + me);
            }
        }
        throw mistake("ERROR: invalid argument \"" + word + "\"");
    }

    private static Target address(String text) throws BadWordException {
        return NodeAddress.parse(text)
                .filter(address -> text.startsWith("<"))
                .map(Target::at)
                .orElseThrow(
                        () ->
                                new BadWordException(
                                        "Address "
                                                + text
                                                + " is not valid.\n"
                                                + "Should be of the form <ip.address.here:port>.\n"
                                                + "For example: <123.456.789.123:6789>",
                                        false));
    }

    private static String constraint(String text) throws BadWordException {
        if (!Ads.isExpression(text)) {
            throw mistake("ERROR: '" + text + "' is no expression");
        }
        return text;
    }

    private static BadWordException mistake(String message) {
        return new BadWordException(message, true);
    }

    boolean wantsHelp() {
        return flags.contains("help");
    }

    boolean wantsVersion() {
        return flags.contains("version");
    }

    boolean all() {
        return flags.contains("all");
    }

    boolean fast() {
        return flags.contains("fast");
    }

    boolean waits() {
        return flags.contains("wait");
    }

    boolean json() {
        return flags.contains("json");
    }

    boolean debug() {
        return flags.contains("debug");
    }
}
