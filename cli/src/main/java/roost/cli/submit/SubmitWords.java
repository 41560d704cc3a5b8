// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import java.util.ArrayList;
import java.util.List;

/**
 * The commands of the submit language. Those that become one attribute each are listed with it;
 * {@link JobDescription} treats the others by name. Source: HTCondor manual 8.8, condor_submit.
 */
final class SubmitWords {
    /** What a command's value is. */
    enum Kind {
        /** Any text; becomes a string. */
        TEXT,
        /** A ClassAd expression. */
        EXPRESSION,
        /** True or false. */
        BOOLEAN,
        /** A signal's number or name. */
        SIGNAL
    }

    /**
     * A command that becomes one attribute.
     *
     * @param otherwise the attribute's expression if the command is not given; empty for none
     */
    record Simple(String name, String attribute, Kind kind, String otherwise) {}

    static final List<Simple> SIMPLE =
            List.of(
                    new Simple("accounting_group", "AccountingGroup", Kind.TEXT, ""),
                    new Simple("accounting_group_user", "AcctGroupUser", Kind.TEXT, ""),
                    new Simple("batch_name", "JobBatchName", Kind.TEXT, ""),
                    new Simple("concurrency_limits", "ConcurrencyLimits", Kind.TEXT, ""),
                    new Simple("coresize", "CoreSize", Kind.EXPRESSION, ""),
                    new Simple("description", "JobDescription", Kind.TEXT, ""),
                    new Simple("hold_kill_sig", "HoldKillSig", Kind.SIGNAL, ""),
                    new Simple("image_size", "ImageSize", Kind.EXPRESSION, ""),
                    new Simple("jar_files", "JarFiles", Kind.TEXT, ""),
                    new Simple("java_vm_args", "JavaVMArgs", Kind.TEXT, ""),
                    new Simple("job_lease_duration", "JobLeaseDuration", Kind.EXPRESSION, ""),
                    new Simple("job_max_vacate_time", "JobMaxVacateTime", Kind.EXPRESSION, ""),
                    new Simple("kill_sig", "KillSig", Kind.SIGNAL, ""),
                    new Simple("kill_sig_timeout", "KillSigTimeout", Kind.EXPRESSION, ""),
                    new Simple("leave_in_queue", "LeaveJobInQueue", Kind.EXPRESSION, "false"),
                    new Simple(
                            "max_job_retirement_time", "MaxJobRetirementTime", Kind.EXPRESSION, ""),
                    new Simple("nice_user", "NiceUser", Kind.BOOLEAN, "false"),
                    new Simple("notify_user", "NotifyUser", Kind.TEXT, ""),
                    new Simple("on_exit_hold", "OnExitHold", Kind.EXPRESSION, "false"),
                    new Simple("on_exit_hold_reason", "OnExitHoldReason", Kind.EXPRESSION, ""),
                    new Simple("on_exit_hold_subcode", "OnExitHoldSubCode", Kind.EXPRESSION, ""),
                    new Simple("on_exit_remove", "OnExitRemove", Kind.EXPRESSION, "true"),
                    new Simple("periodic_hold", "PeriodicHold", Kind.EXPRESSION, "false"),
                    new Simple("periodic_hold_reason", "PeriodicHoldReason", Kind.EXPRESSION, ""),
                    new Simple("periodic_hold_subcode", "PeriodicHoldSubCode", Kind.EXPRESSION, ""),
                    new Simple("periodic_release", "PeriodicRelease", Kind.EXPRESSION, "false"),
                    new Simple("periodic_remove", "PeriodicRemove", Kind.EXPRESSION, "false"),
                    new Simple("priority", "JobPrio", Kind.EXPRESSION, "0"),
                    new Simple("rank", "Rank", Kind.EXPRESSION, "0.0"),
                    new Simple("remove_kill_sig", "RemoveKillSig", Kind.SIGNAL, ""),
                    new Simple("run_as_owner", "RunAsOwner", Kind.BOOLEAN, ""),
                    new Simple("should_transfer_files", "ShouldTransferFiles", Kind.TEXT, ""),
                    new Simple("stack_size", "StackSize", Kind.EXPRESSION, ""),
                    new Simple("stream_error", "StreamErr", Kind.BOOLEAN, ""),
                    new Simple("stream_input", "StreamIn", Kind.BOOLEAN, ""),
                    new Simple("stream_output", "StreamOut", Kind.BOOLEAN, ""),
                    new Simple("transfer_executable", "TransferExecutable", Kind.BOOLEAN, ""),
                    new Simple("transfer_input_files", "TransferInput", Kind.TEXT, ""),
                    new Simple("transfer_output_files", "TransferOutput", Kind.TEXT, ""),
                    new Simple("want_graceful_removal", "WantGracefulRemoval", Kind.EXPRESSION, ""),
                    new Simple("when_to_transfer_output", "WhenToTransferOutput", Kind.TEXT, ""));

    /** Commands that are more than one attribute. */
    static final List<String> OTHERS =
            List.of(
                    "arguments",
                    "arguments2",
                    "environment",
                    "environment2",
                    "error",
                    "executable",
                    "getenv",
                    "hold",
                    "initialdir",
                    "input",
                    "log",
                    "log_xml",
                    "notification",
                    "output",
                    "request_cpus",
                    "request_disk",
                    "request_memory",
                    "requirements",
                    "universe");

    private SubmitWords() {}

    /** Other spellings of a command, itself first. */
    static List<String> spellings(String name) {
        return switch (name) {
            case "arguments" -> List.of(name, "args");
            case "environment" -> List.of(name, "env");
            case "executable" -> List.of(name, "cmd");
            case "error" -> List.of(name, "err", "stderr");
            case "initialdir" -> List.of(name, "initial_dir", "job_iwd", "iwd");
            case "input" -> List.of(name, "in", "stdin");
            case "log" -> List.of(name, "userlog");
            case "output" -> List.of(name, "out", "stdout");
            case "priority" -> List.of(name, "prio");
            case "rank" -> List.of(name, "preferences");
            case "should_transfer_files" -> List.of(name, "shouldtransferfiles");
            default -> List.of(name);
        };
    }

    /** Every command, for suggestions and the manual. */
    static List<String> all() {
        List<String> names = new ArrayList<>(OTHERS);
        SIMPLE.forEach(simple -> names.add(simple.name()));
        names.addAll(CheckpointWords.all());
        names.sort(null);
        return names;
    }
}
