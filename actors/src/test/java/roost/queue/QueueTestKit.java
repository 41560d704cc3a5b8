// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;

/** An actor system for the queue's actors, whose journal is in memory and serialises. */
final class QueueTestKit {
    private QueueTestKit() {}

    static ActorTestKit in(Path directory) {
        return ActorTestKit.create(
                ConfigFactory.parseString(
                                "akka.actor.serialization-bindings {"
                                        + "\"roost.queue.QueueRecord\" = jackson-cbor }\n"
                                        + "akka.actor.provider = local\n"
                                        + "roost.journal.dir = \""
                                        + directory.resolve("journal")
                                        + "\"")
                        .withFallback(PersistenceTestKitPlugin.getInstance().config())
                        .withFallback(PersistenceTestKitSnapshotPlugin.getInstance().config())
                        .withFallback(ConfigFactory.load()));
    }
}
