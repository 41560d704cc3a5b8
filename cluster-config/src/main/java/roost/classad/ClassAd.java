// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/** Stands in for the ClassAd value until the language lands; the language's version replaces it. */
public final class ClassAd {}
