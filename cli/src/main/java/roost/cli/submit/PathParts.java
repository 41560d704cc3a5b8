// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

/** {@code $F[pdnxq](name)}: parts of a path. Source: HTCondor manual 8.8, condor_submit. */
final class PathParts {
    private PathParts() {}

    /**
     * Selects parts.
     *
     * @param letters F followed by p (directories), d (last directory), n (name), x (extension with
     *     its dot), q (in double quotes); none of p d n x means all
     */
    static String select(String letters, String path) {
        int slash = path.lastIndexOf('/');
        String directories = path.substring(0, slash + 1);
        String file = path.substring(slash + 1);
        int dot = file.lastIndexOf('.');
        String name = dot < 0 ? file : file.substring(0, dot);
        String extension = dot < 0 ? "" : file.substring(dot);
        StringBuilder selected = new StringBuilder();
        if (letters.indexOf('P') > 0) {
            selected.append(directories);
        } else if (letters.indexOf('D') > 0) {
            int previous = slash <= 0 ? -1 : path.lastIndexOf('/', slash - 1);
            selected.append(directories.substring(previous + 1));
        }
        if (letters.indexOf('N') > 0) {
            selected.append(name);
        }
        if (letters.indexOf('X') > 0) {
            selected.append(extension);
        }
        String result = letters.matches("FQ?") ? path : selected.toString();
        return letters.indexOf('Q') > 0 ? '"' + result + '"' : result;
    }
}
