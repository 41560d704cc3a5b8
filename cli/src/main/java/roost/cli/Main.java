// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import roost.config.ConfigException;
import roost.config.ConfigProblem;
import roost.config.FrontCache;
import roost.config.Knobs;
import roost.config.ProcessEnvironment;

/**
 * The command line in a JVM of its own: for commands that need no node, and for the first command
 * after the configuration changed. Started by the native front ({@code front/jvm.c}) as {@code Main
 * local|node NAME ARGUMENTS...}.
 */
public final class Main {
    private static final String SOCKET = "cli.sock";

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> argv = List.of(args).subList(1, args.length);
        int status =
                switch (args[0]) {
                    case "local" -> run(argv);
                    case "node" -> nodeCommand(argv);
                    case "train" -> train();
                    default -> throw new IllegalArgumentException(Arrays.toString(args));
                };
        System.exit(status);
    }

    private static int run(List<String> argv) {
        return run(LocalHost.ofProcess(argv));
    }

    private static int run(LocalHost host) {
        try {
            return new CommandLine().run(host);
        } finally {
            host.out().flush();
            host.err().flush();
        }
    }

    /** Notes where the node is for the next command; if one is there, it runs this one. */
    private static int nodeCommand(List<String> argv) throws IOException, InterruptedException {
        LocalHost host = LocalHost.ofProcess(argv);
        List<ConfigProblem> errors = host.config().errors();
        if (host.config().files().isEmpty() && !errors.isEmpty()) {
            return refuse(host, errors);
        }
        Path home = Path.of(System.getProperty("roost.home"));
        Path socket;
        try {
            socket = host.config().getPath(Knobs.RUN).resolve(SOCKET);
            FrontCache.write(host.config(), home, socket);
        } catch (ConfigException e) {
            return run(host); // which meets the same mistake, and tells it
        }
        if (!answers(socket)) {
            return run(host);
        }
        List<String> front =
                new ArrayList<>(
                        List.of(
                                home.resolve("bin/roost").toString(),
                                "--at-socket",
                                socket.toString()));
        front.addAll(argv);
        ProcessBuilder command = new ProcessBuilder(front).inheritIO();
        command.environment().clear();
        command.environment().putAll(ProcessEnvironment.get());
        return command.start().waitFor();
    }

    /** Without the file that was named, the command would go to another node than was meant. */
    private static int refuse(LocalHost host, List<ConfigProblem> errors) {
        errors.forEach(host.err()::println);
        host.err().println("hint: CONDOR_CONFIG says which file is read");
        host.err().flush();
        return 1;
    }

    private static boolean answers(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    /** What the build runs to find out which classes the archive for this JVM should hold. */
    private static int train() {
        List<List<String>> commands =
                List.of(
                        List.of("roost", "help"),
                        List.of("roost", "config", "check"),
                        List.of("condor_config_val", "LOCAL_DIR"),
                        List.of("classad_eval", "a = 1", "a + 1"),
                        List.of("condor_q"),
                        List.of("condor_status"),
                        List.of("condor_cod", "request"));
        for (List<String> command : commands) {
            run(LocalHost.silent(command));
        }
        return 0;
    }
}
