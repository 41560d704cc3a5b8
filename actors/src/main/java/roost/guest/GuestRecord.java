// SPDX-License-Identifier: Apache-2.0
package roost.guest;

/** Marks what a host writes into the journal: Jackson CBOR, by an allow-list. */
interface GuestRecord {}
