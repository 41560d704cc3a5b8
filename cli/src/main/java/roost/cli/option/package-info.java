// SPDX-License-Identifier: Apache-2.0
/**
 * Options of commands as data: one table a command, from which the parser, the usage screen, the
 * completion and the man page's option list all come, so that they cannot disagree.
 *
 * <p>The rules are those of HTCondor's tools: one dash (two are accepted), every name may be
 * abbreviated down to a shortest form, a colon after the name carries a modifier ({@code
 * -autoformat:h}). A library for GNU-style options was rejected because none knows these rules.
 * {@code condor_cod} has rules of its own and does not use this package.
 */
package roost.cli.option;
