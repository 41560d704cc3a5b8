// SPDX-License-Identifier: Apache-2.0
/** Process image capture and restart. */
package roost.capture;
