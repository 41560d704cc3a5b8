// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.submit.JobDescription.Given;

/**
 * The commands about checkpoints: those of the standard universe, whose jobs the node checkpoints,
 * and those of jobs that checkpoint themselves.
 *
 * <p>Jobs use files where they are, so what HTCondor's remote system calls do with files has no
 * counterpart. A command that would change which file is opened, or how, is refused, because the
 * job would do something else than its description says; one about speed only is warned of.
 *
 * <p>Source: HTCondor manual 8.8, condor_submit, and 8.9 for self-checkpointing jobs.
 */
final class CheckpointWords {
    /** Commands of the standard universe that cannot be done, with what to do instead. */
    private static final Map<String, String> REFUSED = new LinkedHashMap<>();

    static {
        REFUSED.put("append_files", "open the files for appending in the program");
        REFUSED.put("compress_files", "compress in the program");
        REFUSED.put("file_remaps", "name the files in the arguments, or make links");
    }

    /** Commands of the standard universe that have nothing to act on. */
    private static final List<String> WITHOUT_EFFECT =
            List.of(
                    "buffer_block_size",
                    "buffer_files",
                    "buffer_size",
                    "fetch_files",
                    "local_files",
                    "want_remote_io");

    private static final List<String> OTHERS =
            List.of(
                    "allow_startup_script",
                    "checkpoint_destination",
                    "checkpoint_exit_code",
                    "erase_output_and_error_on_restart",
                    "preserve_relative_paths",
                    "transfer_checkpoint_files");

    private final CommandHost host;
    private final SubmitMacros macros;
    private final JobDescription.Description description;

    /** Of many jobs most have the same program, and one warning is enough. */
    private final Map<String, CommandHost.ProgramCheck> checked = new HashMap<>();

    private final Set<String> warnings = new HashSet<>();
    private ClassAd.Builder ad = ClassAd.builder();

    CheckpointWords(CommandHost host, SubmitMacros macros, JobDescription.Description description) {
        this.host = host;
        this.macros = macros;
        this.description = description;
    }

    /** Every command, for suggestions. */
    static List<String> all() {
        List<String> names = new ArrayList<>(OTHERS);
        names.addAll(REFUSED.keySet());
        names.addAll(WITHOUT_EFFECT);
        return names;
    }

    /**
     * Adds what the description says about checkpoints to a job's ad.
     *
     * @param line the queue statement's
     */
    void addTo(ClassAd.Builder job, int universe, String executable, int line)
            throws SubmitException {
        ad = job;
        if (universe == JobDescription.UNIVERSE_STANDARD) {
            standard(executable, line);
        } else {
            selfCheckpointing();
        }
    }

    // --- the standard universe

    private void standard(String executable, int line) throws SubmitException {
        for (Map.Entry<String, String> refused : REFUSED.entrySet()) {
            Optional<Given> given = description.given(refused.getKey());
            if (given.isPresent()) {
                throw new SubmitException(
                        given.get().line(),
                        refused.getKey()
                                + " is not supported: files are used as the program opens them; "
                                + refused.getValue());
            }
        }
        for (String command : WITHOUT_EFFECT) {
            if (description.given(command).isPresent()) {
                warn(command + " has no effect: files are used where they are");
            }
        }
        Optional<Given> exitCode = description.given("checkpoint_exit_code");
        if (exitCode.isPresent()) {
            throw new SubmitException(
                    exitCode.get().line(),
                    "checkpoint_exit_code is for jobs that checkpoint themselves; use universe"
                            + " vanilla, or leave it out and the node makes the checkpoints");
        }
        ad.putBool("WantCheckpoint", true);
        ad.putBool("WantRemoteSyscalls", false);
        if (description.given("max_job_retirement_time").isEmpty()) {
            ad.putInt("MaxJobRetirementTime", 0);
        }
        preflight(executable, startupScript(), line);
    }

    private boolean startupScript() throws SubmitException {
        Optional<Given> given = description.given("allow_startup_script");
        boolean allowed = given.isPresent() && JobDescription.truth(given.get());
        if (allowed) {
            ad.putBool("AllowStartupScript", true);
        }
        return allowed;
    }

    private void preflight(String executable, boolean startupScript, int line)
            throws SubmitException {
        if (ClusterMacro.isIn(executable)) {
            return;
        }
        CommandHost.ProgramCheck check = checked.computeIfAbsent(executable, host::checkpointable);
        if (!check.obstacle().isEmpty()) {
            throw new SubmitException(
                    line,
                    executable
                            + " cannot run in the standard universe: "
                            + check.obstacle()
                            + ". Universe vanilla takes it as it is, without checkpoints");
        }
        if (!startupScript) {
            check.notes().forEach(note -> warn(executable + ": " + note));
        }
    }

    private void warn(String text) {
        if (warnings.add(text)) {
            host.err().println("WARNING: " + text);
        }
    }

    // --- jobs that checkpoint themselves

    private void selfCheckpointing() throws SubmitException {
        Optional<Given> destination = description.given("checkpoint_destination");
        if (destination.isPresent()) {
            throw new SubmitException(
                    destination.get().line(),
                    "checkpoint_destination is not supported: the node keeps checkpoints in its own"
                            + " store; leave it out");
        }
        Optional<Given> exitCode = description.given("checkpoint_exit_code");
        if (exitCode.isPresent()) {
            ad.putInt("SuccessCheckpointExitCode", exitStatus(exitCode.get()));
            ad.putBool("WantFTOnCheckpoint", true);
        }
        // An empty list is one, too: nothing is kept then.
        if (macros.use("transfer_checkpoint_files").isPresent()) {
            Optional<Given> files = description.given("transfer_checkpoint_files");
            ad.put("TransferCheckpoint", files.map(Given::value).orElse(""));
        }
        truth("preserve_relative_paths", "PreserveRelativePaths");
        truth("erase_output_and_error_on_restart", "EraseOutputAndErrorOnRestart");
    }

    private static int exitStatus(Given given) throws SubmitException {
        if (!given.value().matches("\\d{1,3}") || Integer.parseInt(given.value()) > 255) {
            throw new SubmitException(
                    given.line(),
                    "checkpoint_exit_code must be an exit status, 0 to 255, not '"
                            + given.value()
                            + "'");
        }
        return Integer.parseInt(given.value());
    }

    private void truth(String command, String attribute) throws SubmitException {
        Optional<Given> given = description.given(command);
        if (given.isPresent()) {
            ad.putBool(attribute, JobDescription.truth(given.get()));
        }
    }
}
