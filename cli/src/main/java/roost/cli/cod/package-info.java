// SPDX-License-Identifier: Apache-2.0
/**
 * {@code condor_cod}: claims on slots, from the shell.
 *
 * <p>Dispatch, abbreviations, screens, texts, streams and exit statuses are those of HTCondor's
 * tool, to the byte; its option rules are too peculiar for {@link roost.cli.option} (a letter
 * decides the option, ambiguity depends on the verb) and are written out in {@link
 * roost.cli.cod.CodOptions}. On purpose different: {@code condor_cod_delegate_proxy} works as a
 * name; {@code release -classad} prints the previous state as well; long job ad lines are not cut;
 * {@code -json} and {@code activate -wait} are new; hints may follow an error's text.
 */
package roost.cli.cod;
