// SPDX-License-Identifier: Apache-2.0
/** Starting jobs under a starter process, and finding them again. */
package roost.starter;
