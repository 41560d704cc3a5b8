// SPDX-License-Identifier: Apache-2.0
package roost.job;

/** Who ended a run before its program did. */
public enum Initiator {
    /** A user, by a command. */
    USER,
    /** The slot's policy: the machine's owner is back. */
    POLICY,
    /** A COD job that needs the memory. */
    COD,
    /** The node stops, or it or its machine went down. */
    NODE,
    /** The program itself, or somebody who signalled it behind the node's back. */
    JOB
}
