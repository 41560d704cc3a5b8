// SPDX-License-Identifier: Apache-2.0
package roost.security;

/** What somebody may do at a node; each level includes the ones before it. */
public enum AccessLevel {
    /** Look: ads, jobs, events. Everybody that a door lets in. */
    READ,
    /** Change what is his own: submit jobs, use his claims. */
    WRITE,
    /** Change what is others', and the node itself. */
    ADMINISTRATOR
}
