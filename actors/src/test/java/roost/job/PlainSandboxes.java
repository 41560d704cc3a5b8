// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Sandboxes of a node that adds nothing to them and changes nobody's account. */
public final class PlainSandboxes {
    private PlainSandboxes() {}

    public static Sandboxes make() {
        return new Sandboxes(
                new Sandboxes.Settings(
                        PosixFilePermissions.fromString("rwx------"),
                        Map.of(),
                        Map.of(),
                        "",
                        false));
    }
}
