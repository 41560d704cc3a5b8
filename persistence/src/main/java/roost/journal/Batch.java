// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.util.ArrayList;
import java.util.List;

/** Changes that are stored together or not at all, in order. */
final class Batch {

    /** One change; a null value deletes the key. */
    record Change(byte[] key, byte[] value) {}

    private final List<Change> changes = new ArrayList<>();
    private long bytes;

    void put(byte[] key, byte[] value) {
        changes.add(new Change(key, value));
        bytes += key.length + (long) value.length;
    }

    void delete(byte[] key) {
        changes.add(new Change(key, null));
        bytes += key.length;
    }

    List<Change> changes() {
        return changes;
    }

    /** Bytes of all keys and values. */
    long bytes() {
        return bytes;
    }

    int size() {
        return changes.size();
    }
}
