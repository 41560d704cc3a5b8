// SPDX-License-Identifier: Apache-2.0
/** Where checkpoint images are kept and how they are committed. */
package roost.image;
