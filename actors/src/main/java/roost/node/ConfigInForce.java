// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.util.List;
import java.util.function.Supplier;
import roost.config.CondorConfig;
import roost.config.ConfigCheck;
import roost.config.ConfigException;
import roost.config.ConfigProblem;
import roost.config.Knobs;
import roost.posix.Accounts;
import roost.security.Policy;
import roost.slot.OwnerPolicy;

/**
 * The configuration that holds now. Reading it again replaces what is looked at for each request:
 * users, applications and the policy of the slots. Everything else needs a restart. Safe for use by
 * any thread.
 */
public final class ConfigInForce {
    private record State(
            CondorConfig config, Policy policy, Policy queuePolicy, OwnerPolicy ownerPolicy) {}

    private final Supplier<CondorConfig> source;
    private volatile State state;

    public ConfigInForce(CondorConfig first, Supplier<CondorConfig> source) {
        this.source = source;
        this.state = state(first);
    }

    private static State state(CondorConfig config) {
        String nodeUser = Accounts.own().name();
        List<String> claimants = config.getList(Knobs.VALID_COD_USERS);
        return new State(
                config,
                new Policy(nodeUser, claimants, config.getList(Knobs.COD_SUPER_USERS)),
                new Policy(nodeUser, claimants, config.getList(Knobs.QUEUE_SUPER_USERS)),
                OwnerPolicy.of(config));
    }

    public CondorConfig config() {
        return state.config();
    }

    /** Who may do what with claims and the node. */
    public Policy policy() {
        return state.policy();
    }

    /** Who may do what with batch jobs. */
    public Policy queuePolicy() {
        return state.queuePolicy();
    }

    /** When jobs start, stop and leave. */
    public OwnerPolicy ownerPolicy() {
        return state.ownerPolicy();
    }

    /**
     * Reads the configuration again.
     *
     * @return a sentence for people
     * @throws ConfigException with all errors in it, in which case nothing changes
     */
    public String reload() {
        CondorConfig fresh = source.get();
        List<ConfigProblem> errors =
                ConfigCheck.check(fresh).stream().filter(ConfigProblem::isError).toList();
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        state = state(fresh);
        return "configuration read again: users, applications and the policy of the slots are as"
                + " it says now; the rest needs a restart";
    }
}
