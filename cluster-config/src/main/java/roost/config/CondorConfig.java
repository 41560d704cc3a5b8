// SPDX-License-Identifier: Apache-2.0
package roost.config;

/** Stands in until the configuration language lands; the language's version replaces it. */
public final class CondorConfig {}
