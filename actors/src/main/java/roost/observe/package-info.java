// SPDX-License-Identifier: Apache-2.0
/**
 * What a node tells about itself: numbers ({@link roost.observe.Metrics}) and problems ({@link
 * roost.observe.Health}). Both are plain objects that the actors write to and the HTTP door reads;
 * a metrics library was not worth its weight for a few dozen counters.
 */
package roost.observe;
