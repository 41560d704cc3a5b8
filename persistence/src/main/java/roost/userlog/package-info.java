// SPDX-License-Identifier: Apache-2.0
/** The job event log that users read, in HTCondor's exact layout. */
package roost.userlog;
