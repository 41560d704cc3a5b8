// SPDX-License-Identifier: Apache-2.0
package roost.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTest {
    private static final Policy POLICY =
            new Policy("condor", Set.of("ann", "bob@here"), Set.of("root"));

    @Test
    void nobodyMayClaimWithoutAList() {
        assertThat(Policy.DENY.mayClaim(user("ann"))).isFalse();
        assertThat(new Policy("ann", Set.of(), Set.of()).mayClaim(user("ann"))).isFalse();
        assertThat(new Policy("", Set.of(), Set.of("root")).mayClaim(user("root"))).isFalse();
    }

    @Test
    void aListedUserMayClaimWithOrWithoutDomain() {
        assertThat(POLICY.mayClaim(user("ann"))).isTrue();
        assertThat(POLICY.mayClaim(user("bob"))).isTrue();
        assertThat(POLICY.mayClaim(new Identity("bob", "there", "127.0.0.1", null))).isFalse();
    }

    @Test
    void namesAreExactAndThereAreNoWildcards() {
        assertThat(POLICY.mayClaim(user("Ann"))).isFalse();
        assertThat(new Policy("", Set.of("*"), Set.of()).mayClaim(user("ann"))).isFalse();
    }

    @Test
    void ownersAndAdministratorsMayActAndOthersMayNot() {
        assertThat(POLICY.mayActFor(user("ann"), "ann")).isTrue();
        assertThat(POLICY.mayActFor(user("bob"), "ann")).isFalse();
        assertThat(POLICY.mayActFor(user("root"), "ann")).isTrue();
        assertThat(POLICY.mayActFor(user("condor"), "ann")).isTrue();
    }

    @Test
    void anEmptyNodeUserMakesNoAdministrator() {
        assertThat(Policy.DENY.isAdministrator(user(""))).isFalse();
    }

    private static Identity user(String name) {
        return new Identity(name, "here", "127.0.0.1", Identity.Method.PEER_CREDENTIALS);
    }
}
