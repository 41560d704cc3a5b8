// SPDX-License-Identifier: Apache-2.0
package roost.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.config.CondorConfig;
import roost.config.ConfigCheck;
import roost.config.ConfigException;
import roost.config.ConfigMapping;
import roost.config.ConfigProblem;
import roost.config.ConfigSource;
import roost.posix.DiskTrouble;

/**
 * The node's process: {@code NodeMain [--ready-fd N]}. Reads the configuration, makes sure that it
 * is alone in its directory, runs the node until it is stopped. SIGTERM and SIGINT stop it as
 * {@code roost stop} does.
 *
 * <p>On the ready descriptor it writes the line {@code ready} when requests are answered, or else
 * why they never will be; the exit status is then 1.
 */
public final class NodeMain {
    private final ReadySignal announce;
    private final AtomicReference<LocalNode> running = new AtomicReference<>();
    private boolean hasLog;

    private NodeMain(ReadySignal announce) {
        this.announce = announce;
    }

    public static void main(String[] args) {
        ReadySignal announce = ReadySignal.of(args);
        NodeMain node = new NodeMain(announce);
        int status;
        try {
            node.run();
            status = 0;
        } catch (ConfigException e) {
            e.problems().forEach(problem -> announce.failed(problem.toString()));
            status = 1;
        } catch (IOException | RuntimeException e) {
            Throwable cause = e instanceof CompletionException ? e.getCause() : e;
            announce.failed(DiskTrouble.text(cause));
            if (node.hasLog) {
                LoggerFactory.getLogger(NodeMain.class).error("the node cannot run", cause);
            }
            status = 1;
        }
        // Threads of libraries must not keep the process.
        Runtime.getRuntime().halt(status);
    }

    private void run() throws IOException {
        CondorConfig condor = load();
        List<ConfigProblem> problems = ConfigCheck.check(condor);
        List<ConfigProblem> errors = problems.stream().filter(ConfigProblem::isError).toList();
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        Config config = ConfigFactory.load(ConfigMapping.toHocon(condor));
        Config roost = config.getConfig("roost");
        try (LocalDirectory directory = LocalDirectory.take(roost)) {
            Logging.to(directory.log(), roost);
            hasLog = true;
            Logger log = LoggerFactory.getLogger(NodeMain.class);
            problems.forEach(problem -> log.warn("configuration: {}", problem));
            stopOnSignals();
            serve(
                    LocalNode.begin(config, new ConfigInForce(condor, NodeMain::load), directory),
                    log);
        }
    }

    private static CondorConfig load() {
        return CondorConfig.load(ConfigSource.ofProcess());
    }

    private void serve(LocalNode node, Logger log) throws IOException {
        running.set(node);
        try {
            node.awaitReady();
            announce.ready();
            log.info(
                    "node={} address={} version={} ready",
                    node.name(),
                    node.address(),
                    NodeParts.VERSION);
            node.ended().join();
        } finally {
            node.release();
        }
        log.info("node={} stopped", node.name());
    }

    /**
     * The JVM runs this on SIGTERM and SIGINT, and ends when it returns; by then main has ended the
     * process with the right status.
     */
    private void stopOnSignals() {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    LocalNode node = running.get();
                                    if (node != null) {
                                        node.stop(false);
                                        node.ended().join();
                                    }
                                },
                                "stop"));
    }

    /** Tells whoever started the node how that went. */
    private static final class ReadySignal {
        private final OutputStream out;

        private ReadySignal(OutputStream out) {
            this.out = out;
        }

        static ReadySignal of(String[] args) {
            if (args.length == 0) {
                return new ReadySignal(null);
            }
            if (args.length != 2 || !args[0].equals("--ready-fd") || !args[1].matches("[0-9]+")) {
                System.err.println("usage: NodeMain [--ready-fd N]");
                Runtime.getRuntime().halt(2);
            }
            try {
                Path descriptor = Path.of("/proc/self/fd", args[1]);
                return new ReadySignal(new FileOutputStream(descriptor.toFile()));
            } catch (IOException e) {
                System.err.println("roost: --ready-fd " + args[1] + ": " + e.getMessage());
                Runtime.getRuntime().halt(2);
                throw new IllegalStateException(e);
            }
        }

        void ready() throws IOException {
            if (out != null) {
                out.write("ready\n".getBytes(StandardCharsets.US_ASCII));
                out.close();
            }
        }

        void failed(String why) {
            String line = "roost: " + why + "\n";
            if (out == null) {
                System.err.print(line);
                return;
            }
            try {
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.flush();
            } catch (IOException e) {
                System.err.print(line);
            }
        }
    }
}
