// SPDX-License-Identifier: Apache-2.0
/** The node: start, recovery, cluster membership. */
package roost.node;
