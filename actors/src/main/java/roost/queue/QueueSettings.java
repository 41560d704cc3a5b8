// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import roost.guest.HostsActor;
import roost.history.History;
import roost.id.NodeAddress;
import roost.job.JobSpecs;
import roost.security.Policy;
import roost.userlog.UserLogFormat;

/**
 * What a queue is told once.
 *
 * @param node name of the node
 * @param host the node's address, for the user log
 * @param uidDomain domain of the owners' accounts
 * @param execute where runs get their directories
 * @param jobsMax most jobs the queue holds at once
 * @param adLengthMax most characters a job's ad may have when it is submitted, as text
 * @param tally kept up to date by the queue
 * @param policyInterval time between evaluations of the jobs' periodic expressions
 * @param specs works out how to run a job
 * @param pool which other nodes may be given jobs; empty for none
 * @param away how runs on other nodes are followed
 * @param images where the images of checkpointed jobs are
 * @param policy who may manage whose jobs
 * @param history where finished jobs are recorded
 * @param logFormat how user logs are written unless the job says XML
 * @param forget drops what the journal holds under a persistence id
 * @param sweep removes what runs of an earlier life of the node left behind, except from these
 *     directories
 * @param logOpener opens user logs with their owner's rights
 */
public record QueueSettings(
        String node,
        NodeAddress host,
        String uidDomain,
        Path execute,
        int jobsMax,
        int adLengthMax,
        JobTally tally,
        Duration policyInterval,
        JobSpecs specs,
        ImageFiles images,
        Optional<HostsActor.Settings> pool,
        AwayRun.Settings away,
        Policy policy,
        History history,
        JobLogActor.Opener logOpener,
        UserLogFormat logFormat,
        Consumer<String> forget,
        Consumer<Set<Path>> sweep,
        Clock clock) {}
