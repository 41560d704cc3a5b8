// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files that exist only in the test. */
final class MemoryFiles implements ConfigFiles {
    private final Map<Path, byte[]> contents = new HashMap<>();
    private int changes;

    MemoryFiles put(String path, String... lines) {
        return putText(path, String.join("\n", lines) + "\n");
    }

    MemoryFiles putText(String path, String text) {
        contents.put(Path.of(path), text.getBytes(StandardCharsets.UTF_8));
        changes++;
        return this;
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        byte[] content = contents.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        if (content.length > limit) {
            throw new IOException("is longer than " + limit + " bytes");
        }
        return content;
    }

    @Override
    public List<String> list(Path directory, int limit) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path file : contents.keySet()) {
            if (directory.equals(file.getParent())) {
                names.add(file.getFileName().toString());
            }
        }
        if (names.isEmpty()) {
            throw new NoSuchFileException(directory.toString());
        }
        return names;
    }

    @Override
    public void write(Path file, byte[] content) {
        contents.put(file, content);
        changes++;
    }

    @Override
    public Facts facts(Path path) {
        byte[] content = contents.get(path);
        return content == null
                ? Facts.ABSENT
                : new Facts(content.length, FileTime.fromMillis(changes), "memory");
    }
}
