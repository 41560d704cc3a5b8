// SPDX-License-Identifier: Apache-2.0
/**
 * End-to-end tests: each starts real nodes from the distribution and uses the real commands, as a
 * user would.
 */
package roost.e2e;
