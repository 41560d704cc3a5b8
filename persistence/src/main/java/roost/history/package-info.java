// SPDX-License-Identifier: Apache-2.0
/** Finished jobs and accounting. */
package roost.history;
