// SPDX-License-Identifier: Apache-2.0
/**
 * HTCondor's configuration language and the table of knobs that Roost honours.
 *
 * <p>Reading is in three steps that know nothing of each other: {@code ConfigLines} cuts text into
 * logical lines, {@code Statement} understands one line, {@code ConfigLoader} carries statements
 * out in the order of the layers and fills a {@code MacroTable}. {@link roost.config.CondorConfig}
 * is the finished table; it expands values when they are asked for ({@code Macros}), because a
 * macro may be set after the value that uses it and may differ between subsystems. {@link
 * roost.config.ConfigMapping} turns the whole into HOCON once, for the node.
 *
 * <p>Where the configuration is: the file in {@code CONDOR_CONFIG} ({@code ONLY_ENV}: no file);
 * else {@code $XDG_CONFIG_HOME/roost/condor_config} (that is {@code
 * ~/.config/roost/condor_config}); else {@code /etc/roost/condor_config}; else {@code
 * /etc/condor/condor_config}; else a built-in configuration for one user on one machine. The two
 * places of Roost's own come before HTCondor's, so that both can be installed side by side; a
 * user's file comes first, so that nobody needs an administrator to try something. An existing file
 * that cannot be read is an error and never passed over: a node that silently starts with other
 * settings than those in the file is worse than none.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>{@link roost.config.Knobs} is the only place where a knob's default stands. {@code
 *       reference.conf} is written from it and a test compares them.
 *   <li>Nothing is thrown while reading. All problems are collected, so that {@code roost config
 *       check} shows them at once.
 *   <li>Random macros are drawn from a seed and the name of the value, not from a shared generator:
 *       the same configuration gives the same answer however often and in which order it is asked.
 *   <li>Everything is bounded ({@code ConfigLimits}), work included: a few lines can otherwise
 *       describe a value that takes for ever to expand and is empty in the end.
 *   <li>{@code if version} compares with the HTCondor whose language this is, not with Roost's own
 *       version: existing files ask for it.
 * </ul>
 *
 * <p>Rejected: HOCON as the outer language (sites have HTCondor files); expanding everything while
 * loading (wrong for late macros, and a command pays for values it never uses); host facts by DNS
 * (seconds, when the name server is away).
 */
package roost.config;
