// SPDX-License-Identifier: Apache-2.0
/**
 * Commands for trying the ClassAd language out: {@code classad_eval} and {@code classad_match}.
 * They need no node; the language is {@code roost.classad} and nothing of it is here.
 */
package roost.cli.classad;
