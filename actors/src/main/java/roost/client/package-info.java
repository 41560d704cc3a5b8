// SPDX-License-Identifier: Apache-2.0
/**
 * The typed Java client: a program that joins the pool's cluster in the role {@code client} and
 * speaks to the nodes by actor messages.
 *
 * <p>For programs that live long, such as an interactive application that holds claims. Joining
 * takes seconds; a short-lived tool uses the HTTP API or the command line instead.
 */
package roost.client;
