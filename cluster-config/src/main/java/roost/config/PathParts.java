// SPDX-License-Identifier: Apache-2.0
package roost.config;

import roost.config.Macros.MacroException;

/**
 * Parts of a file name, for {@code $F...()}.
 *
 * <p>Letters: {@code p} the whole directory, {@code d} its last part, {@code n} the name without
 * extension, {@code x} the extension, {@code b} without the directory's last slash or the
 * extension's dot, {@code u}/{@code w} slashes the Unix or the Windows way, {@code q} in double
 * quotes, with {@code a} in single quotes. No part named means the whole path.
 *
 * <p>Source: HTCondor manual 8.8 "Function Macros in Configuration", {@code $F}.
 */
final class PathParts {
    private PathParts() {}

    static String take(String letters, String path) throws MacroException {
        if (has(letters, 'f')) {
            throw new MacroException("$Ff works in submit files only");
        }
        int slash = path.lastIndexOf('/');
        String directory = path.substring(0, slash + 1);
        String file = path.substring(slash + 1);
        int dot = file.lastIndexOf('.');
        String extension = dot < 0 ? "" : file.substring(dot);
        String name = file.substring(0, file.length() - extension.length());
        boolean bare = has(letters, 'b');

        StringBuilder out = new StringBuilder();
        if (has(letters, 'p')) {
            out.append(directory);
        } else if (has(letters, 'd')) {
            int end = Math.max(0, directory.length() - 1);
            String last = directory.substring(directory.lastIndexOf('/', end - 1) + 1);
            out.append(bare && last.endsWith("/") ? last.substring(0, last.length() - 1) : last);
        }
        if (has(letters, 'n')) {
            out.append(name);
        }
        if (has(letters, 'x')) {
            out.append(bare && !extension.isEmpty() ? extension.substring(1) : extension);
        }
        boolean partNamed = letters.chars().anyMatch(c -> "pdnx".indexOf(c) >= 0);
        String result = partNamed ? out.toString() : path;
        if (has(letters, 'u')) {
            result = result.replace('\\', '/');
        } else if (has(letters, 'w')) {
            result = result.replace('/', '\\');
        }
        if (!has(letters, 'q')) {
            return result;
        }
        String quote = has(letters, 'a') ? "'" : "\"";
        return quote + result + quote;
    }

    private static boolean has(String letters, char letter) {
        return letters.indexOf(letter) >= 0;
    }
}
