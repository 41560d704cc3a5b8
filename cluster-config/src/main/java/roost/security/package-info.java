// SPDX-License-Identifier: Apache-2.0
/** Who may do what: identities and the one policy that decides. */
package roost.security;
