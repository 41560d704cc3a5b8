// SPDX-License-Identifier: Apache-2.0
/** Names of things: claims, jobs, slots, nodes. */
package roost.id;
