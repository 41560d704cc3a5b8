// SPDX-License-Identifier: Apache-2.0
package roost.queue;

/** Marks what the queue writes into the journal: Jackson CBOR, by an allow-list. */
interface QueueRecord {}
