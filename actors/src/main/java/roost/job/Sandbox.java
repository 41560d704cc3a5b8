// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.nio.file.Path;

/**
 * The places on disk that belong to one run of a job.
 *
 * @param directory the job's scratch directory, owned by the job's user
 * @param starter what the starter keeps, owned by the node's user: the job must not be able to
 *     tamper with it, so it is not inside the scratch directory
 */
public record Sandbox(Path directory, Path starter) {

    private static final String STARTER = "starter_";

    /** The sandbox whose scratch directory has this path. */
    public static Sandbox at(Path directory) {
        return new Sandbox(directory, directory.resolveSibling(STARTER + directory.getFileName()));
    }

    /** The sandbox that a directory of either kind belongs to. */
    static Sandbox owning(Path either) {
        String name = either.getFileName().toString();
        return name.startsWith(STARTER)
                ? at(either.resolveSibling(name.substring(STARTER.length())))
                : at(either);
    }
}
