// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.util.Optional;

/** What can be done with a claim. Source: HTCondor 8.9.11 condor_cod. */
enum CodVerb {
    REQUEST("request", "CA_REQUEST_CLAIM", "Create a new COD claim"),
    RELEASE("release", "CA_RELEASE_CLAIM", "Relinquish a claim, and kill any running job"),
    ACTIVATE("activate", "CA_ACTIVATE_CLAIM", "Start a job on a given claim"),
    DEACTIVATE("deactivate", "CA_DEACTIVATE_CLAIM", "Kill the current job, but keep the claim"),
    SUSPEND("suspend", "CA_SUSPEND_CLAIM", "Suspend the job on a given claim"),
    RESUME("resume", "CA_RESUME_CLAIM", "Resume the job on a given claim"),
    RENEW("renew", "CA_RENEW_LEASE_FOR_CLAIM", "Renew the lease for this claim"),
    DELEGATE_PROXY(
            "delegate_proxy", "DELEGATE_GSI_CRED_STARTD", "Delegate an x509 proxy to the claim");

    private final String word;
    private final String command;
    private final String description;

    CodVerb(String word, String command, String description) {
        this.word = word;
        this.command = command;
        this.description = description;
    }

    /** The word people type; it cannot be abbreviated, and its case counts. */
    String word() {
        return word;
    }

    /** The name of the request in messages. */
    String command() {
        return command;
    }

    String description() {
        return description;
    }

    static Optional<CodVerb> of(String word) {
        for (CodVerb verb : values()) {
            if (verb.word.equals(word)) {
                return Optional.of(verb);
            }
        }
        return Optional.empty();
    }
}
