// SPDX-License-Identifier: Apache-2.0
package roost.api;

/** The value of {@code Result} in a claim reply. Source: HTCondor condor_commands, CAResult. */
public enum CaResult {
    SUCCESS("Success"),
    FAILURE("Failure"),
    NOT_AUTHENTICATED("NotAuthenticated"),
    NOT_AUTHORIZED("NotAuthorized"),
    INVALID_REQUEST("InvalidRequest"),
    INVALID_STATE("InvalidState"),
    INVALID_REPLY("InvalidReply"),
    LOCATE_FAILED("LocateFailed"),
    CONNECT_FAILED("ConnectFailed"),
    COMMUNICATION_ERROR("CommunicationError");

    private final String literal;

    CaResult(String literal) {
        this.literal = literal;
    }

    /** The text on the wire and in ads. */
    public String literal() {
        return literal;
    }
}
