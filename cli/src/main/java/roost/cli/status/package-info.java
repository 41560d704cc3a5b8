// SPDX-License-Identifier: Apache-2.0
/** {@code condor_status}: the slots of the pool and the claims on them. */
package roost.cli.status;
