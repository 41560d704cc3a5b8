// SPDX-License-Identifier: Apache-2.0
/**
 * Thin Java over the kernel calls that Roost needs: signals, accounts, process identities, clocks.
 *
 * <p>Owner: native-bridge. Anybody may use it; it knows nobody.
 *
 * <p>Design: what {@code /proc} says is read as a file, because that needs no native code and costs
 * microseconds; the rest goes through JNR-POSIX, which is loaded at the first use and not before,
 * because it takes tens of milliseconds and many a process never needs it. A process is named by
 * {@link roost.posix.ProcessIdentity}, never by a bare pid.
 *
 * <p>Not done here: starting and stopping jobs. That is the work of {@code roost.starter}, whose C
 * process can do what a JVM cannot (sessions, users, limits, sub-reaping, outliving the node).
 */
package roost.posix;
