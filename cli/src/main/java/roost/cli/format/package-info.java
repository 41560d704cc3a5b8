// SPDX-License-Identifier: Apache-2.0
/** How ads are printed: long form, JSON, columns by {@code -format} and {@code -autoformat}. */
package roost.cli.format;
