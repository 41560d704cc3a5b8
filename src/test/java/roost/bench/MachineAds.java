// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import roost.classad.ClassAd;

/**
 * Slot ads as an execute node publishes them: 150 attributes in long form, of which the ten that
 * name and meter a slot differ from slot to slot.
 */
final class MachineAds {
    /** What a COD or batch request looks like. */
    static final ClassAd REQUEST =
            ClassAd.parse(
                    """
                    MyType = "Job"
                    Owner = "ann"
                    RequestCpus = 1
                    RequestMemory = ifThenElse(MemoryUsage =!= undefined,MemoryUsage,2048)
                    RequestDisk = 102400
                    ImageSize = 80000
                    Requirements = (TARGET.Arch == "X86_64") && (TARGET.OpSys == "LINUX") && (TARGET.Disk >= RequestDisk) && (TARGET.Memory >= RequestMemory) && (TARGET.Cpus >= RequestCpus) && (TARGET.HasFileTransfer || (TARGET.FileSystemDomain == MY.FileSystemDomain))
                    Rank = TARGET.Mips + (TARGET.KFlops / 1000.0)
                    """);

    private static final String COMMON =
            """
            Activity = "Idle"
            Arch = "X86_64"
            AcceptedWhileDraining = false
            AddressV1 = "{[ p=\\"primary\\"; a=\\"10.1.2.3\\"; port=9618; n=\\"Internet\\"; ]}"
            AuthenticatedIdentity = "condor_pool@pool.example.org"
            AuthenticationMethod = "PASSWORD"
            CanHibernate = true
            CheckpointPlatform = "LINUX X86_64 3.10.0-1160.el7.x86_64 normal N/A avx ssse3 sse4_1 sse4_2"
            ClockDay = 3
            ClockMin = 871
            CondorLoadAvg = 0.0
            CondorPlatform = "$CondorPlatform: x86_64_CentOS7 $"
            CondorVersion = "$CondorVersion: 8.8.17 Mar 15 2022 BuildID: 580671 $"
            ConsoleIdle = 1209600
            CpuBusy = ((LoadAvg - CondorLoadAvg) >= 0.5)
            CpuBusyTime = 0
            CpuCacheSize = 16384
            CpuFamily = 6
            CpuIsBusy = false
            CpuModelNumber = 85
            Cpus = 1
            CurrentRank = 0.0
            DaemonCoreDutyCycle = 0.002513459
            DaemonStartTime = 1653900000
            DetectedCpus = 64
            DetectedMemory = 257562
            DrainingRequestId = "none"
            EnteredCurrentActivity = 1653990000
            EnteredCurrentState = 1653990000
            ExpectedMachineGracefulDrainingBadput = 0
            ExpectedMachineGracefulDrainingCompletion = 1654000000
            ExpectedMachineQuickDrainingBadput = 0
            ExpectedMachineQuickDrainingCompletion = 1654000000
            FileSystemDomain = "pool.example.org"
            HardwareAddress = "3c:fd:fe:aa:bb:cc"
            HasCheckpointing = true
            HasEncryptExecuteDirectory = true
            HasFileTransfer = true
            HasFileTransferPluginMethods = "file,ftp,http,https,data"
            HasIOProxy = true
            HasJICLocalConfig = true
            HasJICLocalStdin = true
            HasJobDeferral = true
            HasJobTransferPlugins = true
            HasMPI = true
            HasPerFileEncryption = true
            HasReconnect = true
            HasSelfCheckpointTransfers = true
            HasSingularity = false
            HasTDP = true
            HasTransferInputRemaps = true
            HasVM = false
            HibernationLevel = 0
            HibernationState = "NONE"
            HibernationSupportedStates = "S4,S5"
            IsLocalStartd = false
            IsOwner = (START =?= false)
            IsValidCheckpointPlatform = (TARGET.JobUniverse =!= 1) || ((MY.CheckpointPlatform =!= undefined) && ((TARGET.LastCheckpointPlatform =?= MY.CheckpointPlatform) || (TARGET.NumCkpts == 0)))
            IsWakeAble = true
            IsWakeOnLanEnabled = true
            IsWakeOnLanSupported = true
            JobBusyTimeAvg = 845.27
            JobBusyTimeCount = 218
            JobBusyTimeMax = 86400.1
            JobBusyTimeMin = 0.4
            JobDurationAvg = 812.93
            JobDurationCount = 218
            JobDurationMax = 86390.0
            JobDurationMin = 0.2
            JobPreemptions = 0
            JobRankPreemptions = 0
            JobStarts = 218
            JobUserPrioPreemptions = 0
            KFlops = 1545021
            LastBenchmark = 1653987000
            LastFetchWorkCompleted = 0
            LastFetchWorkSpawned = 0
            LastUpdate = 1653987000
            LoadAvg = 0.03
            Machine = "node0417.pool.example.org"
            MachineMaxVacateTime = 10 * 60
            MachineResources = "Cpus Memory Disk Swap"
            MaxJobRetirementTime = 0
            Mips = 21455
            MonitorSelfAge = 87000
            MonitorSelfCPUUsage = 0.1
            MonitorSelfImageSize = 88732
            MonitorSelfRegisteredSocketCount = 1
            MonitorSelfResidentSetSize = 14384
            MonitorSelfSecuritySessions = 12
            MonitorSelfTime = 1653987000
            MyAddress = "<10.1.2.3:9618?addrs=10.1.2.3-9618&alias=node0417.pool.example.org&noUDP&sock=startd_2417_c1b5>"
            MyCurrentTime = 1653990010
            MyType = "Machine"
            NextFetchWorkDelay = -1
            NumPids = 0
            OfflineUniverses = {  }
            OpSys = "LINUX"
            OpSysAndVer = "CentOS7"
            OpSysLegacy = "LINUX"
            OpSysLongName = "CentOS Linux release 7.9.2009 (Core)"
            OpSysMajorVer = 7
            OpSysName = "CentOS"
            OpSysShortName = "CentOS"
            OpSysVer = 709
            PslotRollupInformation = false
            Rank = 0.0
            RecentDaemonCoreDutyCycle = 0.001712
            RecentJobBusyTimeAvg = 0.0
            RecentJobBusyTimeCount = 0
            RecentJobDurationCount = 0
            RecentJobPreemptions = 0
            RecentJobRankPreemptions = 0
            RecentJobStarts = 0
            RecentJobUserPrioPreemptions = 0
            Requirements = (START) && (IsValidCheckpointPlatform) && (WithinResourceLimits)
            RetirementTimeRemaining = 0
            SlotType = "Static"
            SlotTypeID = 0
            SlotWeight = Cpus
            Start = ((KeyboardIdle > 15 * 60) && (((LoadAvg - CondorLoadAvg) <= 0.3) || (State != "Unclaimed" && State != "Owner")))
            StarterAbilityList = "HasPerFileEncryption,HasFileTransfer,HasTDP,HasJobTransferPlugins,HasVM,HasReconnect,HasMPI,HasJobDeferral,HasCheckpointing"
            StartdIpAddr = "<10.1.2.3:9618?addrs=10.1.2.3-9618>"
            State = "Unclaimed"
            SubnetMask = "255.255.255.0"
            TargetType = "Job"
            TimeToLive = 2147483647
            TotalCondorLoadAvg = 0.0
            TotalCpus = 64.0
            TotalDisk = 1843200000
            TotalLoadAvg = 0.12
            TotalMemory = 257562
            TotalSlotCpus = 1
            TotalSlotDisk = 28800000.0
            TotalSlotMemory = 4024
            TotalSlots = 64
            TotalVirtualMemory = 260000000
            UidDomain = "pool.example.org"
            UtsnameMachine = "x86_64"
            UtsnameRelease = "3.10.0-1160.el7.x86_64"
            UtsnameSysname = "Linux"
            UtsnameVersion = "#1 SMP Mon Oct 19 16:18:59 UTC 2020"
            VirtualMemory = 4062500
            WakeSupportedFlags = "Magic Packet"
            WithinResourceLimits = (MY.Cpus > 0 && TARGET.RequestCpus <= MY.Cpus && MY.Memory > 0 && TARGET.RequestMemory <= MY.Memory && MY.Disk > 0 && TARGET.RequestDisk <= MY.Disk)
            """;

    private MachineAds() {}

    /** The text of the ad of slot number {@code n}, 0 or more. */
    static String text(int n) {
        return """
        Name = "slot%d@node%05d.pool.example.org"
        SlotID = %d
        Memory = %d
        Disk = %d
        KeyboardIdle = %d
        UpdateSequenceNumber = %d
        LastHeardFrom = %d
        GlobalSlotId = "node%05d#%d"
        SlotLoad = %d.25
        MyNonce = "%016x"
        """
                        .formatted(
                                n % 64 + 1,
                                n / 64,
                                n % 64 + 1,
                                2000 + n % 5000,
                                28_000_000 + n,
                                1_200_000 + n,
                                n,
                                1_653_990_000 + n,
                                n / 64,
                                n,
                                n % 7,
                                n * 0x9E3779B97F4A7C15L)
                + COMMON;
    }

    static ClassAd ad(int n) {
        return ClassAd.parse(text(n));
    }
}
