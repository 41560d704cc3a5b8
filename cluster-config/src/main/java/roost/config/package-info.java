// SPDX-License-Identifier: Apache-2.0
/** HTCondor's configuration language and the table of knobs that Roost honours. */
package roost.config;
