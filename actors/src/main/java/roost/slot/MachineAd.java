// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import roost.classad.ClassAd;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.job.JobSpec;

/**
 * Makes a slot's ad: facts about the machine, the slot's share of it, the policy, and what runs
 * there.
 *
 * <p>Source: HTCondor manual 8.0, appendix A "Machine ClassAd Attributes"; htcondor Reqexp.cpp for
 * {@code Requirements} while a COD job runs.
 */
public final class MachineAd implements SlotActor.AdMaker {
    private static final String BORROWED = "False && RunningCODJob";

    /** What a slot gets of the machine. */
    public record Share(int cpus, long memoryMib) {}

    /**
     * What does not change while the node runs.
     *
     * @param facts attributes of the machine that are the same in every slot: Arch, OpSys, HasJava
     *     ...
     * @param rank the policy's RANK expression
     * @param more further attributes from STARTD_ATTRS, names to expressions
     */
    public record Settings(
            NodeAddress address,
            String machine,
            boolean oneSlot,
            ClassAd facts,
            Map<SlotName, Share> shares,
            String rank,
            Map<String, String> more) {}

    private final Settings settings;
    private final MachineLoad load;
    private final LoadShares loadShares;
    private final Supplier<OwnerPolicy> policy;
    private final ToIntFunction<SlotName> claims;
    private final ClassAd fixed;

    /**
     * @param policy the policy that holds now
     * @param claims how many COD claims a slot has
     */
    public MachineAd(
            Settings settings,
            MachineLoad load,
            Supplier<OwnerPolicy> policy,
            ToIntFunction<SlotName> claims) {
        this.settings = settings;
        this.load = load;
        this.loadShares =
                new LoadShares(settings.shares().values().stream().mapToInt(Share::cpus).sum());
        this.policy = policy;
        this.claims = claims;
        this.fixed = fixed(settings);
    }

    private static ClassAd fixed(Settings settings) {
        ClassAd.Builder ad = ClassAd.builder();
        ad.put("MyType", "Machine");
        ad.put("TargetType", "Job");
        ad.put("Machine", settings.machine());
        ad.put("StartdIpAddr", settings.address().sinful());
        ad.put("MyAddress", settings.address().sinful());
        ad.put("SlotType", "Static");
        ad.addAll(settings.facts());
        ad.putExpr("Rank", settings.rank());
        ad.putInt("TotalCpus", settings.shares().values().stream().mapToInt(Share::cpus).sum());
        ad.putInt(
                "TotalMemory",
                settings.shares().values().stream().mapToLong(Share::memoryMib).sum());
        ad.putInt("TotalSlots", settings.shares().size());
        settings.more().forEach(ad::putExpr);
        return ad.build();
    }

    @Override
    public ClassAd ad(SlotView view) {
        ClassAd.Builder ad = fixed.toBuilder();
        MachineLoad.Reading now = load.read();
        Share share = settings.shares().get(view.name());
        ad.put("Name", settings.oneSlot() ? settings.machine() : view.name().toString());
        ad.putInt("SlotID", view.name().slotId());
        ad.putInt("Cpus", share.cpus());
        ad.putInt("Memory", share.memoryMib());
        ad.putInt("Disk", now.diskKib() / settings.shares().size());
        ad.putInt("TotalDisk", now.diskKib());
        ad.putInt("VirtualMemory", now.virtualMemoryKib() / settings.shares().size());
        ad.putInt("TotalVirtualMemory", now.virtualMemoryKib());
        ad.putInt("KeyboardIdle", now.keyboardIdle());
        now.consoleIdle().ifPresent(seconds -> ad.putInt("ConsoleIdle", seconds));
        addLoad(ad, view, now.loadAverage());
        ad.addAll(policy.get().published());
        ad.put("State", view.state());
        ad.put("Activity", view.activity());
        ad.putInt("EnteredCurrentState", view.stateSince() / 1000);
        ad.putInt("EnteredCurrentActivity", view.activitySince() / 1000);
        ad.putInt("MyCurrentTime", System.currentTimeMillis() / 1000);
        ad.putInt("LastHeardFrom", System.currentTimeMillis() / 1000);
        if (view.borrowed()) {
            ad.putBool("RunningCODJob", true);
            ad.putExpr("Requirements", BORROWED);
        } else {
            ad.putExpr("Requirements", "START");
        }
        ad.putInt("NumCODClaims", claims.applyAsInt(view.name()));
        addBatchJob(ad, view);
        return ad.build();
    }

    private void addBatchJob(ClassAd.Builder ad, SlotView view) {
        if (view.batchJob().isEmpty() || view.batchSpec().isEmpty()) {
            return;
        }
        JobSpec spec = view.batchSpec().get();
        ClassAd job = spec.ad();
        ad.put("JobId", spec.label());
        spec.guest().ifPresent(guest -> ad.put("RoostQueue", guest.queue().sinful()));
        ad.put(
                "ClientMachine",
                spec.guest().map(guest -> guest.queue().host()).orElse(settings.machine()));
        for (String name : List.of("GlobalJobId", "AccountingGroup")) {
            job.getString(name).ifPresent(text -> ad.put(name, text));
        }
        job.getString("User")
                .or(() -> job.getString("Owner"))
                .ifPresent(
                        user -> {
                            ad.put("RemoteUser", user);
                            ad.put("RemoteOwner", user);
                        });
        ad.putReal("CurrentRank", 0);
        SlotView.Measured measured = view.measured();
        measured.jobStart().ifPresent(start -> ad.putInt("JobStart", start / 1000));
        measured.lastPeriodicCheckpoint()
                .ifPresent(last -> ad.putInt("LastPeriodicCheckpoint", last / 1000));
    }

    private void addLoad(ClassAd.Builder ad, SlotView view, double machineLoad) {
        SlotView.Measured measured = view.measured();
        boolean owner = view.state().equals(SlotMachine.Standing.OWNER.state());
        LoadShares.Loads loads =
                loadShares.of(view.name(), owner, measured.busyCpus(), machineLoad);
        ad.putReal("TotalLoadAvg", machineLoad);
        ad.putReal("TotalCondorLoadAvg", loads.totalCondorLoad());
        ad.putReal("LoadAvg", loads.load());
        ad.putReal("CondorLoadAvg", loads.condorLoad());
        long busySince = measured.cpuBusySince().orElse(0);
        ad.putBool("CpuIsBusy", busySince != 0);
        ad.putInt(
                "CpuBusyTime",
                busySince == 0 ? 0 : Math.max(0, System.currentTimeMillis() - busySince) / 1000);
    }
}
