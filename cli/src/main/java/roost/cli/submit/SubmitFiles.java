// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import roost.api.CommandHost;

/**
 * Looks at the files that a description names, as the user sees them, so that a misspelt name is an
 * error now and not a held job later. A path is looked at once, however many jobs name it. A name
 * with {@code $(Cluster)} in it is not known yet and is not looked at.
 */
final class SubmitFiles {
    static final String NULL = "/dev/null";

    /** As much of a script's first line as Linux reads. */
    private static final int FIRST_LINE_MAX = 256;

    private final CommandHost host;
    private final Map<String, CommandHost.FileFacts> known = new HashMap<>();

    /** Executables whose first line was looked at. */
    private final Set<String> begun = new HashSet<>();

    SubmitFiles(CommandHost host) {
        this.host = host;
    }

    static String resolve(String directory, String path) {
        if (path.startsWith("/") || directory.isEmpty()) {
            return path;
        }
        return directory.endsWith("/") ? directory + path : directory + "/" + path;
    }

    private CommandHost.FileFacts facts(String path, int line) throws IOException, SubmitException {
        CommandHost.FileFacts facts = known.get(path);
        if (facts == null) {
            try {
                facts = host.facts(path);
            } catch (CommandHost.FileAccessException e) {
                throw new SubmitException(line, "failed to look at " + e.getMessage());
            }
            known.put(path, facts);
        }
        return facts;
    }

    void mustBeExecutable(String path, boolean needsPermission, int line)
            throws IOException, SubmitException {
        if (ClusterMacro.isIn(path)) {
            return;
        }
        CommandHost.FileFacts facts = facts(path, line);
        if (!facts.exists()) {
            throw new SubmitException(line, "Executable file " + path + " does not exist");
        }
        if (!facts.regular()) {
            throw new SubmitException(line, "Executable " + path + " is not a file");
        }
        if (needsPermission && !facts.executable()) {
            throw new SubmitException(
                    line, "Executable file " + path + " may not be executed; chmod +x would do");
        }
        if (facts.size() == 0) {
            throw new SubmitException(line, "Executable file " + path + " has zero length");
        }
        if (begun.add(path)) {
            mustNotBeAForeignScript(path, line);
        }
    }

    /**
     * The name of its interpreter would end in a carriage return, and of no such file the kernel
     * says that the script does not exist. What may be executed and not read is no script.
     */
    private void mustNotBeAForeignScript(String path, int line)
            throws IOException, SubmitException {
        String head;
        try (InputStream in = host.read(path)) {
            head = new String(in.readNBytes(FIRST_LINE_MAX), StandardCharsets.ISO_8859_1);
        } catch (CommandHost.FileAccessException e) {
            return;
        }
        int end = head.indexOf('\n');
        if (head.startsWith("#!") && head.charAt(Math.max(end - 1, 0)) == '\r') {
            throw new SubmitException(
                    line,
                    "Executable file "
                            + path
                            + " is a script with CRLF (DOS/Windows) line endings; dos2unix or a"
                            + " similar tool helps");
        }
    }

    void mustBeReadable(String path, int line) throws IOException, SubmitException {
        if (!ClusterMacro.isIn(path) && !facts(path, line).exists()) {
            throw new SubmitException(
                    line, "Can't open \"" + path + "\" (No such file or directory)");
        }
    }

    /** The file itself may be made later; its directory must be there. */
    void mustHaveDirectory(String path, int line) throws IOException, SubmitException {
        int slash = path.lastIndexOf('/');
        mustBeDirectory(slash <= 0 ? "/" : path.substring(0, slash), line);
    }

    void mustBeDirectory(String path, int line) throws IOException, SubmitException {
        if (ClusterMacro.isIn(path)) {
            return;
        }
        CommandHost.FileFacts facts = facts(path, line);
        if (!facts.exists() || facts.regular()) {
            throw new SubmitException(line, "No such directory: " + path);
        }
    }
}
