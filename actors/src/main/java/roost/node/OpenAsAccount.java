// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import roost.posix.Accounts;
import roost.posix.FileRights;
import roost.userlog.OpenAsUser;

/** Opens user logs with an account's rights, in a node that is root. */
record OpenAsAccount(String account) implements OpenAsUser {
    @Override
    public FileChannel openForAppend(Path path) throws IOException {
        Accounts.Account user =
                Accounts.byName(account)
                        .orElseThrow(() -> new IOException("there is no account " + account));
        return FileRights.as(user, () -> OpenAsUser.SELF.openForAppend(path));
    }
}
