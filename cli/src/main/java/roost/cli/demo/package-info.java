// SPDX-License-Identifier: Apache-2.0
/**
 * {@code roost demo}: a whole use of Computing On Demand in under a minute, with the installed
 * commands and nothing else, each step checked against what the kernel says of the processes.
 */
package roost.cli.demo;
