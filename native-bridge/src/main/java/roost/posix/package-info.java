// SPDX-License-Identifier: Apache-2.0
/** Thin Java over the kernel calls that Roost needs. */
package roost.posix;
