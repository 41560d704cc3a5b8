// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import com.typesafe.config.Config;
import java.nio.file.Path;

/**
 * The settings of {@code roost.journal}; each is explained in {@code reference.conf}.
 *
 * @param directory holds {@code leveldb/}, {@code COMMITS} and {@code native/}
 */
public record JournalSettings(
        Path directory,
        boolean sync,
        int maxQueuedWrites,
        long maxQueuedBytes,
        int maxGroupWrites,
        long maxGroupBytes,
        long maxRecordBytes,
        long reserveBytes,
        int compactAfterDeletes,
        int writeBufferBytes,
        int cacheBytes) {

    public static JournalSettings of(Config config) {
        return new JournalSettings(
                Path.of(config.getString("dir")).toAbsolutePath().normalize(),
                config.getBoolean("sync"),
                config.getInt("max-queued-writes"),
                config.getBytes("max-queued-size"),
                config.getInt("max-group-writes"),
                config.getBytes("max-group-size"),
                config.getBytes("max-record-size"),
                config.getBytes("disk-reserve"),
                config.getInt("compact-after-deletes"),
                Math.toIntExact(config.getBytes("write-buffer")),
                Math.toIntExact(config.getBytes("cache")));
    }

    Path database() {
        return directory.resolve("leveldb");
    }

    Path commits() {
        return directory.resolve("COMMITS");
    }

    Path nativeDirectory() {
        return directory.resolve("native");
    }
}
