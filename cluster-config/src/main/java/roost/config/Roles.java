// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a node does in the pool, as DAEMON_LIST says it in HTCondor's names of daemons. */
public enum Roles {
    /** Has slots and runs jobs. */
    EXECUTE,
    /** Keeps a queue of batch jobs. */
    SUBMIT,
    /** Knows all slots and makes matches. */
    MANAGER,
    /** Stores checkpoint images for others. */
    CHECKPOINT;

    /** The role's name in the cluster and in HOCON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The roles of this node: all of them if DAEMON_LIST is not set.
     *
     * @throws ConfigException if its macros do not expand
     */
    public static Set<Roles> of(CondorConfig config) {
        List<String> daemons = config.getList(Knobs.DAEMON_LIST);
        if (daemons.isEmpty()) {
            return EnumSet.allOf(Roles.class);
        }
        Set<Roles> roles = EnumSet.noneOf(Roles.class);
        daemons.forEach(daemon -> named(daemon).ifPresent(roles::add));
        return roles;
    }

    /** Items of DAEMON_LIST that Roost knows nothing of. */
    static List<String> unknown(List<String> daemons) {
        List<String> unknown = new ArrayList<>(daemons);
        unknown.removeIf(d -> d.equalsIgnoreCase("MASTER") || named(d).isPresent());
        return unknown;
    }

    private static Optional<Roles> named(String daemon) {
        return switch (daemon.toUpperCase(Locale.ROOT)) {
            case "STARTD", "EXECUTE" -> Optional.of(EXECUTE);
            case "SCHEDD", "SUBMIT" -> Optional.of(SUBMIT);
            case "COLLECTOR", "NEGOTIATOR", "MANAGER" -> Optional.of(MANAGER);
            case "CKPT_SERVER", "CHECKPOINT" -> Optional.of(CHECKPOINT);
            default -> Optional.empty();
        };
    }
}
