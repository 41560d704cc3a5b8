// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import roost.classad.ClassAd;
import roost.posix.Signals;

/**
 * That a job checkpoints itself: it ends in a promised way when its state is in its files, and is
 * then started again at once, in the same place, with the same arguments.
 *
 * <p>Source: HTCondor manual 23, "Self-Checkpointing Applications", {@code checkpoint_exit_code},
 * {@code transfer_checkpoint_files}; htcondor vanilla_proc.cpp.
 *
 * @param directory where the node keeps copies of its files
 * @param promise how it ends then
 * @param files what is kept: names relative to the job's working directory
 * @param signal what asks it for a checkpoint; empty if it alone decides when
 * @param attempts how many checkpoints it has tried in its life
 */
public record SelfCheckpointing(
        Path directory, Promise promise, List<String> files, OptionalInt signal, int attempts) {

    /** A way to end. */
    public record Promise(boolean bySignal, int number) {
        public boolean isKeptBy(JobExit exit) {
            return bySignal
                    ? exit.signal() == number
                    : exit.signal() == 0 && exit.status() == number;
        }

        @Override
        public String toString() {
            return (bySignal ? "on signal " : "with exit code ") + number;
        }
    }

    public SelfCheckpointing {
        files = List.copyOf(files);
    }

    /** Whether the ad promises anything; WantFTOnCheckpoint must be true, as in HTCondor. */
    public static boolean isPromisedBy(ClassAd ad) {
        return ad.getBoolean("WantFTOnCheckpoint").orElse(false) && promise(ad).isPresent();
    }

    /**
     * What the ad says.
     *
     * @param directory where copies are kept
     * @param killSignal what asks the job to end, and for a checkpoint if no CheckpointSig is named
     */
    public static Optional<SelfCheckpointing> of(
            ClassAd ad, Path directory, int killSignal, int attempts) {
        if (!isPromisedBy(ad)) {
            return Optional.empty();
        }
        boolean asked = ad.getBoolean("WantCheckpointSignal").orElse(false);
        int signal = signal(ad, "CheckpointSig").orElse(killSignal);
        return Optional.of(
                new SelfCheckpointing(
                        directory,
                        promise(ad).orElseThrow(),
                        files(ad),
                        asked ? OptionalInt.of(signal) : OptionalInt.empty(),
                        attempts));
    }

    private static Optional<Promise> promise(ClassAd ad) {
        if (ad.getBoolean("SuccessCheckpointExitBySignal").orElse(false)) {
            OptionalInt signal = signal(ad, "SuccessCheckpointExitSignal");
            return signal.isPresent()
                    ? Optional.of(new Promise(true, signal.getAsInt()))
                    : Optional.empty();
        }
        return ad.getInteger("SuccessCheckpointExitCode").stream()
                .mapToObj(code -> new Promise(false, (int) (code & 0xff)))
                .findFirst();
    }

    private static OptionalInt signal(ClassAd ad, String attribute) {
        return ad.getString(attribute)
                .or(() -> ad.getInteger(attribute).stream().mapToObj(Long::toString).findFirst())
                .map(Signals::parse)
                .orElse(OptionalInt.empty());
    }

    /** Where no list says what is kept, it is what the job says its output is. */
    private static List<String> files(ClassAd ad) {
        String list =
                ad.getString("TransferCheckpoint")
                        .or(() -> ad.getString("TransferOutput"))
                        .orElse("");
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Why a job is held that was asked for a checkpoint and ended in another way. */
    String broken(JobExit exit) {
        return "Job did not exit as promised when sent its checkpoint signal.  Promised exit was "
                + promise
                + ", actual exit status was "
                + (exit.signal() == 0
                        ? "with exit code " + exit.status()
                        : "on signal " + exit.signal())
                + ".";
    }
}
