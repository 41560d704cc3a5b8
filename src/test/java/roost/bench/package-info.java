// SPDX-License-Identifier: Apache-2.0
/**
 * The benchmarks: {@link roost.bench.Benchmarks} runs them all and prints one table. Figures are
 * ratios against limits measured in the same run, medians over many repetitions; a figure that
 * misses its limit is marked, and does not fail a build, because machines differ.
 */
package roost.bench;
