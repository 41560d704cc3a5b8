// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import roost.api.CommandHost;
import roost.config.ConfigFiles;

/** Configuration files as the caller of a command can read them. */
record CallerFiles(CommandHost host) implements ConfigFiles {
    private static final int ENOENT = 2;

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        try (InputStream in = host.read(file.toString())) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new IOException("is longer than " + limit + " bytes");
            }
            return bytes;
        } catch (CommandHost.FileAccessException e) {
            if (e.errno() == ENOENT) {
                throw new NoSuchFileException(file.toString());
            }
            throw e;
        }
    }

    @Override
    public List<String> list(Path directory, int limit) throws IOException {
        List<String> names = host.list(directory.toString());
        if (names.size() > limit) {
            throw new IOException("holds more than " + limit + " entries");
        }
        return names;
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        throw new IOException("a node writes no files for its callers");
    }

    @Override
    public Facts facts(Path path) {
        try {
            CommandHost.FileFacts facts = host.facts(path.toString());
            return facts.exists()
                    ? new Facts(facts.size(), FileTime.fromMillis(0), path.toString())
                    : Facts.ABSENT;
        } catch (IOException e) {
            return Facts.ABSENT;
        }
    }
}
