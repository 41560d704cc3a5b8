// SPDX-License-Identifier: Apache-2.0
package roost.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import roost.posix.PinnedFile;

/**
 * The files whose every byte this process has seen to be right, or has seen written. They need not
 * be read once more as long as nobody writes to them: what is in memory of them is what a reading
 * would look at, and damage of the disk under them is found by the restorer, which holds each block
 * against its sum as it uses it.
 */
final class Verified {
    private static final int FILES_MAX = 10_000;

    private record Key(long device, long inode, long size, long modifiedNanos) {}

    private final Set<Key> keys =
            Collections.synchronizedSet(
                    Collections.newSetFromMap(
                            new LinkedHashMap<>() {
                                private static final long serialVersionUID = 1L;

                                @Override
                                protected boolean removeEldestEntry(
                                        Map.Entry<Key, Boolean> eldest) {
                                    return size() > FILES_MAX;
                                }
                            }));

    void add(PinnedFile file) {
        keys.add(key(file));
    }

    boolean has(PinnedFile file) {
        return keys.contains(key(file));
    }

    private static Key key(PinnedFile file) {
        return new Key(file.device(), file.inode(), file.size(), file.modifiedNanos());
    }
}
