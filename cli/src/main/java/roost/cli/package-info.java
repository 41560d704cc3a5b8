// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: what users touch.
 *
 * <p>{@link roost.cli.CommandLine} is the one engine; it runs inside a node on behalf of a user's
 * front program, or in a JVM of its own, and sees either through {@link roost.api.CommandHost}. A
 * command is one class, named in {@link roost.cli.Commands}, found by {@code argv[0]} ({@code
 * condor_status}) or as {@code roost status}.
 *
 * <p>Options are tables of data ({@link roost.cli.option}); usage screens, completion and the
 * option lists of the man pages are made from them. Output that scripts may read is HTCondor's to
 * the byte; what Roost adds goes to standard error (hints) or behind an option ({@code -json}).
 *
 * <p>Rejected: commands found by classpath scanning or {@code ServiceLoader}; a list in one file
 * costs nothing at start and shows at a glance what there is.
 */
package roost.cli;
