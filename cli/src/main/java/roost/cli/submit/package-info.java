// SPDX-License-Identifier: Apache-2.0
/**
 * {@code condor_submit}: reads a submit description and turns it into job ads.
 *
 * <p>The description is read here, in the command line, and the node is sent finished ads: macros,
 * item files and the user's environment belong to the user, and the node need not know the
 * language. The one thing that only the node knows is the cluster's number; {@code $(Cluster)} and
 * {@code $(ClusterId)} are left as they are in string attributes, and the node's queue replaces
 * them when it assigns the ids.
 *
 * <p>Everything is bounded ({@link roost.cli.submit.SubmitLimits}), and every mistake is a {@link
 * roost.cli.submit.SubmitException} with the line it is on.
 *
 * <p>Source of the language: HTCondor manual 8.8, condor_submit.
 */
package roost.cli.submit;
