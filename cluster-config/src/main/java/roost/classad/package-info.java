// SPDX-License-Identifier: Apache-2.0
/** The ClassAd language: values, expressions, evaluation, printing, matching. */
package roost.classad;
