// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import roost.posix.ProcessIdentity;

/** {@code roost-checkpoint --check}: the one place where the facts are looked up is in C. */
final class PreflightTool {
    private static final long TIMEOUT_SECONDS = 20;

    private final Path launcher;
    private final Path library;

    PreflightTool(Path launcher, Path library) {
        this.launcher = launcher;
        this.library = library;
    }

    Preflight machine() {
        return run("this machine", List.of());
    }

    Preflight program(Path program) {
        return run(program.toString(), List.of(program.toAbsolutePath().toString()));
    }

    Preflight process(ProcessIdentity process) {
        String subject = "process " + process.pid();
        if (!process.isAlive()) {
            return Preflight.impossible(subject, "it has ended", "");
        }
        return run(subject, List.of(Long.toString(process.pid())));
    }

    private Preflight run(String subject, List<String> operands) {
        List<String> command =
                new java.util.ArrayList<>(List.of(launcher.toString(), "--check", "--lines"));
        command.addAll(operands);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("ROOST_CKPT_LIBRARY", library.toString());
            Process tool = builder.start();
            tool.getOutputStream().close();
            String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!tool.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                tool.destroyForcibly();
                return Preflight.impossible(subject, launcher + " --check does not end", "");
            }
            Preflight found = Preflight.parse(subject, said);
            if (tool.exitValue() == 0 || !found.possible()) {
                return found;
            }
            return Preflight.impossible(subject, launcher + " --check failed: " + said.strip(), "");
        } catch (IOException e) {
            return Preflight.impossible(
                    subject,
                    "cannot run " + launcher + ": " + e.getMessage(),
                    "build or install Roost again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Preflight.impossible(subject, "interrupted", "ask again");
        }
    }
}
