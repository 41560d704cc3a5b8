// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.util.Optional;
import roost.classad.ClassAd;

/**
 * One run of an application under a claim.
 *
 * @param number 1 for a claim's first run
 * @param cluster label for logs and status; empty if the user gave none
 * @param proc label for logs and status; empty if the user gave none
 * @param keyword the application's name in the node's configuration, if one was used
 * @param job everything that defines the application, configuration already merged in
 * @param directory the run's sandbox, where its starter lives
 * @param lease the claim's lease as this activation renewed it
 */
public record Activation(
        int number,
        Optional<Integer> cluster,
        Optional<Integer> proc,
        Optional<String> keyword,
        ClassAd job,
        String directory,
        Optional<Lease> lease) {

    /** What {@code COD<n>_JobId} shows. Source: htcondor claim.cpp, ClaimInfo of COD. */
    public String jobIdText() {
        return cluster.isPresent() && cluster.get() > 0
                ? cluster.get() + "." + proc.orElse(0)
                : "1.0";
    }
}
