// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.util.Map;
import java.util.TreeMap;
import roost.api.CommandHost;
import roost.config.CondorConfig;

/**
 * The configuration in force for whoever runs a command in the node. It is the node's own when the
 * caller's environment says the same as the node's; what else it may be can only be read with the
 * caller's rights, through the host.
 */
final class CallerConfigs {
    private final ConfigInForce inForce;

    CallerConfigs(ConfigInForce inForce) {
        this.inForce = inForce;
    }

    CondorConfig of(CommandHost host) {
        CondorConfig own = inForce.config();
        Map<String, String> environment = host.environment();
        if (deciding(environment).equals(deciding(own.source().environment()))) {
            return own;
        }
        return CondorConfig.load(
                own.source()
                        .withEnvironment(environment)
                        .withFiles(new CallerFiles(host))
                        .withCommandsAllowed(false));
    }

    /** What of an environment decides about the configuration. */
    private static Map<String, String> deciding(Map<String, String> environment) {
        Map<String, String> some = new TreeMap<>();
        environment.forEach(
                (name, value) -> {
                    if (name.equals("CONDOR_CONFIG")
                            || name.equals("HOME")
                            || name.regionMatches(true, 0, "_CONDOR_", 0, 8)) {
                        some.put(name, value);
                    }
                });
        return some;
    }
}
