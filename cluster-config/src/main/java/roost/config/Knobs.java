// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import roost.config.Knob.Area;
import roost.config.Knob.Type;

/**
 * The table of all knobs that Roost honours, one row each. Defaults, documentation, {@code
 * condor_config_val}, {@code roost config check} and the HOCON that the node reads all come from
 * here and from nowhere else.
 *
 * <p>A row is "name, key without {@code roost.}, type, range or words, = default" and the meaning.
 * The key's first word says which {@link Area} the knob belongs to. No default means "not set".
 *
 * <p>Names and defaults are HTCondor's where it has the knob (source: HTCondor manual 8.8,
 * "Configuration Macros"; 7.8 for process checkpoints); the others begin with COD_, MAX_COD_ or
 * ROOST_.
 */
public final class Knobs {
    private static final List<Knob> ALL = new ArrayList<>();

    // ---- Where configuration is ----
    public static final Knob LOCAL_CONFIG_DIR =
            row(
                    "LOCAL_CONFIG_DIR config.directories list",
                    "Directories whose files are read after the root file, each in the "
                            + "order of their names.");
    public static final Knob LOCAL_CONFIG_DIR_EXCLUDE_REGEXP =
            row(
                    "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP config.exclude string = "
                            + "^((\\..*)|(.*~)|(#.*)|(.*\\.rpmsave)|(.*\\.rpmnew))$",
                    "Files in these directories whose names match are left out: hidden "
                            + "files and editors' back-ups.");
    public static final Knob LOCAL_CONFIG_FILE =
            row(
                    "LOCAL_CONFIG_FILE config.files list",
                    "Files that are read after those directories.");
    public static final Knob REQUIRE_LOCAL_CONFIG_FILE =
            row(
                    "REQUIRE_LOCAL_CONFIG_FILE config.require-files boolean = True",
                    "Whether a file of LOCAL_CONFIG_FILE that does not exist is an error.");
    public static final Knob USER_CONFIG_FILE =
            row(
                    "USER_CONFIG_FILE config.user-file string = user_config",
                    "A user's own file, read last; relative to ~/.condor. Not read for " + "root.");

    // ---- Directories ----
    public static final Knob LOCAL_DIR =
            row(
                    "LOCAL_DIR dir.local path = $(ROOST_STATE_DIR)",
                    "Everything of this node that must last. The default is a directory "
                            + "of the user: $XDG_STATE_HOME/roost, or ~/.local/state/roost.");
    public static final Knob RUN =
            row(
                    "RUN dir.run path = $(LOCAL_DIR)/run",
                    "Socket of the API, process id of the node, sockets of running jobs.");
    public static final Knob SPOOL =
            row(
                    "SPOOL dir.spool path = $(LOCAL_DIR)/spool",
                    "Journal, checkpoint images and history.");
    public static final Knob EXECUTE =
            row("EXECUTE dir.execute path = $(LOCAL_DIR)/execute", "Sandboxes of running jobs.");
    public static final Knob LOG = row("LOG dir.log path = $(LOCAL_DIR)/log", "Log files.");

    // ---- Node and pool ----
    public static final Knob DAEMON_LIST =
            row(
                    "DAEMON_LIST node.roles roles",
                    "What this node does: STARTD has slots and runs jobs, SCHEDD keeps a "
                            + "queue, COLLECTOR and NEGOTIATOR hold the pool together, "
                            + "CKPT_SERVER stores images; MASTER stands for nothing. Not "
                            + "set: all of it.");
    public static final Knob CONDOR_HOST =
            row(
                    "CONDOR_HOST cluster.manager-host string = 127.0.0.1",
                    "The pool's central manager: HOST or HOST:PORT.");
    public static final Knob COLLECTOR_HOST =
            row(
                    "COLLECTOR_HOST cluster.contact string = $(CONDOR_HOST)",
                    "Where a node asks to join the pool: HOST or HOST:PORT, "
                            + "COLLECTOR_PORT if no port is named.");
    public static final Knob COLLECTOR_PORT =
            row(
                    "COLLECTOR_PORT cluster.contact-port integer 1..65535 = 9618",
                    "The port of the central manager where CONDOR_HOST names none.");
    public static final Knob NETWORK_INTERFACE =
            row(
                    "NETWORK_INTERFACE cluster.bind-address string = 127.0.0.1",
                    "The address this node listens on. Only loopback addresses are "
                            + "allowed, because nodes do not prove who they are to each "
                            + "other yet.");
    public static final Knob ROOST_PORT =
            row(
                    "ROOST_PORT cluster.port integer 0..65535 = 0",
                    "The port this node listens on for other nodes; 0 for any free one. "
                            + "A central manager needs a fixed one: ROLE:CentralManager sets "
                            + "it.");
    public static final Knob NETWORK_HOSTNAME =
            row(
                    "NETWORK_HOSTNAME node.host-name string = $(FULL_HOSTNAME)",
                    "What this machine is called in names of slots and in the Machine "
                            + "attribute.");
    public static final Knob STARTD_NAME =
            row(
                    "STARTD_NAME node.name string = $(NETWORK_HOSTNAME)",
                    "What stands after the @ in names of slots. Nodes of one pool need "
                            + "different ones.");
    public static final Knob UID_DOMAIN =
            row(
                    "UID_DOMAIN node.uid-domain string = $(FULL_HOSTNAME)",
                    "Machines with the same value have the same accounts. Part of every "
                            + "user's full name.");
    public static final Knob FILESYSTEM_DOMAIN =
            row(
                    "FILESYSTEM_DOMAIN node.filesystem-domain string = $(FULL_HOSTNAME)",
                    "Machines with the same value see the same files.");

    // ---- Slots ----
    public static final Knob NUM_CPUS =
            row(
                    "NUM_CPUS slots.cpus integer 1..100000 = $(DETECTED_CPUS_LIMIT)",
                    "CPUs to share out to slots.");
    public static final Knob MEMORY =
            row(
                    "MEMORY slots.memory mebibytes 1..1099511627776 = $(DETECTED_MEMORY)",
                    "Memory to share out to slots.");
    public static final Knob RESERVED_MEMORY =
            row(
                    "RESERVED_MEMORY slots.reserved-memory mebibytes 0..1099511627776 = 0",
                    "Memory that slots do not get.");
    public static final Knob NUM_SLOTS =
            row(
                    "NUM_SLOTS slots.count integer 0..100000 = $(NUM_CPUS)",
                    "How many equal slots there are, where no NUM_SLOTS_TYPE_<N> is set.");
    public static final Knob SLOT_TYPE_N =
            row(
                    "SLOT_TYPE_<N> slots.types string",
                    "What a slot of type N gets: cpus=2, memory=50%, a fraction 1/4, or "
                            + "auto.");
    public static final Knob NUM_SLOTS_TYPE_N =
            row(
                    "NUM_SLOTS_TYPE_<N> slots.type-counts integer 0..100000",
                    "How many slots of type N there are.");
    public static final Knob STARTD_ATTRS =
            row(
                    "STARTD_ATTRS slots.attributes list",
                    "Names of further attributes in every slot ad; each has its "
                            + "expression as a value of its own.");
    public static final Knob STARTD_EXPRS =
            row(
                    "STARTD_EXPRS slots.attributes list",
                    "The old name of STARTD_ATTRS; both lists count.");
    public static final Knob UPDATE_INTERVAL =
            row(
                    "UPDATE_INTERVAL slots.update-interval seconds 1..86400 = 300",
                    "How often a slot's ad is sent again although nothing changed. "
                            + "Changes are sent at once.");
    public static final Knob POLLING_INTERVAL =
            row(
                    "POLLING_INTERVAL slots.polling-interval seconds 1..86400 = 5",
                    "How often the policy of a slot with a job is looked at.");
    public static final Knob KILLING_TIMEOUT =
            row(
                    "KILLING_TIMEOUT slots.killing-timeout seconds 1..86400 = 30",
                    "How long a starter that was told to kill its job may take before it "
                            + "is killed itself, with all processes of the job.");
    public static final Knob CONSOLE_DEVICES =
            row(
                    "CONSOLE_DEVICES slots.console-devices list = mouse, console",
                    "Devices whose use shows that somebody sits at the machine, for "
                            + "ConsoleIdle and KeyboardIdle: names below /dev, or absolute "
                            + "file names.");
    public static final Knob MATCH_TIMEOUT =
            row(
                    "MATCH_TIMEOUT slots.match-timeout seconds 1..86400 = 120",
                    "How long a slot waits to be claimed after a match.");
    public static final Knob CLAIM_WORKLIFE =
            row(
                    "CLAIM_WORKLIFE slots.claim-worklife seconds -1..3162240000 = 1200",
                    "After this long a batch claim takes no new job; -1 for never.");

    // ---- Policy of a slot ----
    public static final Knob START =
            row("START policy.start expression = True", "Whether the slot takes a batch job.");
    public static final Knob CPU_BUSY =
            row(
                    "CpuBusy policy.cpu-busy expression = (LoadAvg - CondorLoadAvg) >= 0.5",
                    "Whether the owner uses the machine's CPUs; the attributes CpuIsBusy and "
                            + "CpuBusyTime follow it.");
    public static final Knob RANK =
            row(
                    "RANK policy.rank expression = 0",
                    "How much the slot prefers a job; larger is better.");
    public static final Knob IS_OWNER =
            row(
                    "IS_OWNER policy.is-owner expression = False",
                    "Whether the machine's owner needs the slot, so that it is in state "
                            + "Owner.");
    public static final Knob WANT_SUSPEND =
            row(
                    "WANT_SUSPEND policy.want-suspend expression = False",
                    "Whether SUSPEND is looked at at all; if not, PREEMPT is.");
    public static final Knob SUSPEND =
            row(
                    "SUSPEND policy.suspend expression = False",
                    "Whether to suspend the running batch job.");
    public static final Knob CONTINUE =
            row(
                    "CONTINUE policy.continue expression = True",
                    "Whether a suspended batch job may go on.");
    public static final Knob PREEMPT =
            row(
                    "PREEMPT policy.preempt expression = False",
                    "Whether the batch job must leave the slot.");
    public static final Knob WANT_VACATE =
            row(
                    "WANT_VACATE policy.want-vacate expression = True",
                    "Whether a job that must leave may end (or checkpoint) in peace; if "
                            + "not, it is killed.");
    public static final Knob KILL =
            row(
                    "KILL policy.kill expression = False",
                    "Whether a job that is vacating is killed now.");
    public static final Knob PERIODIC_CHECKPOINT =
            row(
                    "PERIODIC_CHECKPOINT policy.periodic-checkpoint expression = "
                            + "((time() - LastPeriodicCheckpoint)/60.0) > (180.0 + "
                            + "$RANDOM_INTEGER(-30,30,1))",
                    "Whether the job writes an image now and goes on.");
    public static final Knob IS_VALID_CHECKPOINT_PLATFORM =
            row(
                    "IS_VALID_CHECKPOINT_PLATFORM policy.is-valid-checkpoint-platform "
                            + "expression = TARGET.LastCheckpointPlatform =?= UNDEFINED || "
                            + "TARGET.NumCkpts == 0 || TARGET.LastCheckpointPlatform =?= "
                            + "MY.CheckpointPlatform",
                    "Whether a job's image can go on here. Part of the slot's " + "Requirements.");
    public static final Knob MAXJOBRETIREMENTTIME =
            row(
                    "MAXJOBRETIREMENTTIME policy.max-job-retirement-time expression = 0",
                    "Seconds a job that must leave may go on undisturbed first.");
    public static final Knob MAX_VACATE_TIME =
            row(
                    "MaxVacateTime policy.max-vacate-time seconds 0..3162240000 = 600",
                    "Default of MachineMaxVacateTime.");
    public static final Knob MACHINE_MAX_VACATE_TIME =
            row(
                    "MachineMaxVacateTime policy.machine-max-vacate-time expression = "
                            + "$(MaxVacateTime)",
                    "Seconds a vacating batch job gets before it is killed.");

    /** {@code SUSPEND_VANILLA} and so on hold for vanilla jobs instead, where they are set. */
    public static final Map<Knob, Knob> VANILLA_VARIANTS =
            vanillaVariants(
                    WANT_SUSPEND,
                    SUSPEND,
                    CONTINUE,
                    PREEMPT,
                    WANT_VACATE,
                    KILL,
                    PERIODIC_CHECKPOINT);

    // ---- Computing On Demand ----
    public static final Knob VALID_COD_USERS =
            row(
                    "VALID_COD_USERS cod.valid-users list",
                    "Users that may request and activate claims: USER or USER@DOMAIN. "
                            + "Empty: nobody.");
    public static final Knob COD_SUPER_USERS =
            row(
                    "COD_SUPER_USERS cod.super-users list = root",
                    "Users that may act on everybody's claims. To have claims of their own they must "
                            + "stand in VALID_COD_USERS too.");
    public static final Knob COD_DEFAULT_LEASE =
            row(
                    "COD_DEFAULT_LEASE cod.default-lease seconds -1..3162240000 = -1",
                    "Lease of a claim requested without one; -1 for none, so that it "
                            + "lasts until it is released.");
    public static final Knob COD_MAX_VACATE_TIME =
            row(
                    "COD_MAX_VACATE_TIME cod.max-vacate-time seconds 0..3162240000 = 600",
                    "How long a COD job may take to end after a graceful deactivate or "
                            + "release before it is killed.");
    public static final Knob COD_MAX_ACTIVE_TIME =
            row(
                    "COD_MAX_ACTIVE_TIME cod.max-active-time seconds 0..3162240000 = 0",
                    "How long one activation may last before the job is vacated; 0 for "
                            + "no limit.");
    public static final Knob COD_SUSPENDED_JOB_MAX_MEMORY =
            row(
                    "COD_SUSPENDED_JOB_MAX_MEMORY cod.suspended-job-max-memory mebibytes "
                            + "0..1099511627776",
                    "A batch job that is suspended for a COD job, can be checkpointed and "
                            + "holds more memory than this writes an image and leaves the "
                            + "slot. Not set: it stays, whatever it holds.");
    public static final Knob COD_SUSPENDED_JOB_MAX_TIME =
            row(
                    "COD_SUSPENDED_JOB_MAX_TIME cod.suspended-job-max-time seconds "
                            + "0..3162240000",
                    "The same for a batch job that has been suspended for COD jobs for "
                            + "longer than this. Not set: it stays, however long that "
                            + "takes.");
    public static final Knob MAX_COD_CLAIMS =
            row(
                    "MAX_COD_CLAIMS cod.max-claims integer 0..2147483647 = 1000000",
                    "Claims on all slots of this node; further requests are refused.");
    public static final Knob MAX_COD_CLAIMS_PER_SLOT =
            row(
                    "MAX_COD_CLAIMS_PER_SLOT cod.max-claims-per-slot integer "
                            + "0..2147483647 = 1000000",
                    "Claims on one slot.");
    public static final Knob MAX_COD_CLAIMS_PER_USER =
            row(
                    "MAX_COD_CLAIMS_PER_USER cod.max-claims-per-user integer "
                            + "0..2147483647 = 1000000",
                    "Claims of one user on this node.");

    // ---- Running jobs ----
    public static final Knob STARTER_JOB_ENVIRONMENT =
            row(
                    "STARTER_JOB_ENVIRONMENT jobs.environment string",
                    "Variables every job gets: NAME=VALUE parted by blanks, or by "
                            + "semicolons in the old form.");
    public static final Knob JOB_INHERITS_STARTER_ENVIRONMENT =
            row(
                    "JOB_INHERITS_STARTER_ENVIRONMENT jobs.inherits-environment boolean "
                            + "= False",
                    "Whether jobs also get the node's own environment.");
    public static final Knob USER_JOB_WRAPPER =
            row(
                    "USER_JOB_WRAPPER jobs.wrapper path",
                    "A program that is started instead of the job, with the job's "
                            + "command line as its arguments, and must exec it.");
    public static final Knob JOB_RENICE_INCREMENT =
            row(
                    "JOB_RENICE_INCREMENT jobs.renice-increment expression = 0",
                    "What is added to the nice value of jobs, 0 to 19. May refer to the "
                            + "job's ad.");
    public static final Knob JOB_EXECDIR_PERMISSIONS =
            row(
                    "JOB_EXECDIR_PERMISSIONS jobs.sandbox-permissions word "
                            + "user|group|world = user",
                    "Who may look into a sandbox.");
    public static final Knob STARTER_RLIMIT_AS =
            row(
                    "STARTER_RLIMIT_AS jobs.address-space-limit expression",
                    "Limit of a job's address space in MiB. May refer to the job's ad.");
    public static final Knob CREATE_CORE_FILES =
            row(
                    "CREATE_CORE_FILES jobs.core-files boolean = True",
                    "Whether a crashing job may leave a core file.");
    public static final Knob BASE_CGROUP =
            row(
                    "BASE_CGROUP jobs.base-cgroup string = htcondor",
                    "Control group below which each job gets one of its own, where the "
                            + "node may make them. Empty: none.");
    public static final Knob JAVA =
            row(
                    "JAVA jobs.java string = java",
                    "The Java launcher for jobs of the java universe: a path, or a name "
                            + "looked up in PATH. Empty: no such jobs here.");
    public static final Knob JAVA_EXTRA_ARGUMENTS =
            row(
                    "JAVA_EXTRA_ARGUMENTS jobs.java-arguments string",
                    "Arguments of the launcher before all others.");
    public static final Knob DEFAULT_USERLOG_FORMAT_OPTIONS =
            row(
                    "DEFAULT_USERLOG_FORMAT_OPTIONS jobs.userlog-format list "
                            + "ISO_DATE|UTC|SUB_SECOND|XML|LEGACY",
                    "How user logs write times and events. Empty or LEGACY: month/day "
                            + "and local time, as HTCondor 8.8 does.");

    // ---- Queue and matchmaking ----
    public static final Knob QUEUE_SUPER_USERS =
            row(
                    "QUEUE_SUPER_USERS queue.super-users list = root, condor",
                    "Users that may act on everybody's jobs.");
    public static final Knob MAX_JOBS_SUBMITTED =
            row(
                    "MAX_JOBS_SUBMITTED queue.max-jobs integer 0..2147483647 = 1000000",
                    "Jobs in the queue; further ones are refused.");
    public static final Knob MAX_JOBS_PER_OWNER =
            row(
                    "MAX_JOBS_PER_OWNER queue.max-jobs-per-owner integer 0..2147483647 = "
                            + "100000",
                    "Jobs of one user in the queue.");
    public static final Knob MAX_JOBS_PER_SUBMISSION =
            row(
                    "MAX_JOBS_PER_SUBMISSION queue.max-jobs-per-submission integer "
                            + "0..2147483647 = 20000",
                    "Jobs of one cluster.");
    public static final Knob QUEUE_USES_OTHER_NODES =
            row(
                    "QUEUE_USES_OTHER_NODES queue.use-other-nodes boolean = True",
                    "Whether jobs may run on other nodes of the pool when no slot of this one "
                            + "is free or fits. Only nodes with the same FILESYSTEM_DOMAIN and "
                            + "UID_DOMAIN are used.");
    public static final Knob JOB_DEFAULT_LEASE_DURATION =
            row(
                    "JOB_DEFAULT_LEASE_DURATION queue.job-lease seconds 20..3162240000 = 2400",
                    "How long a job runs on at another node when its queue's node is stopped or "
                            + "out of reach; then it writes an image, if it can, and leaves. Jobs "
                            + "may say otherwise (job_lease_duration).");
    public static final Knob DEFAULT_UNIVERSE =
            row(
                    "DEFAULT_UNIVERSE queue.default-universe word vanilla|java|standard "
                            + "= vanilla",
                    "The universe of jobs whose description names none.");
    public static final Knob SUBMIT_ATTRS =
            row(
                    "SUBMIT_ATTRS queue.attributes list",
                    "Names of further attributes in every job ad; each has its "
                            + "expression as a value of its own.");
    public static final Knob APPEND_REQUIREMENTS =
            row(
                    "APPEND_REQUIREMENTS queue.append-requirements expression",
                    "And-ed to the requirements of every job.");
    public static final Knob APPEND_RANK =
            row("APPEND_RANK queue.append-rank expression", "Added to the rank of every job.");
    public static final Knob NEGOTIATOR_INTERVAL =
            row(
                    "NEGOTIATOR_INTERVAL queue.negotiator-interval seconds 1..86400 = 60",
                    "How often matches are made although nothing changed. A new job or a "
                            + "free slot is looked at at once.");
    public static final Knob NEGOTIATOR_CONSIDER_PREEMPTION =
            row(
                    "NEGOTIATOR_CONSIDER_PREEMPTION queue.consider-preemption boolean = " + "True",
                    "Whether a job may take a slot from another.");
    public static final Knob PREEMPTION_REQUIREMENTS =
            row(
                    "PREEMPTION_REQUIREMENTS queue.preemption-requirements expression = " + "False",
                    "Which running jobs may give way to a user of better priority.");
    public static final Knob PRIORITY_HALFLIFE =
            row(
                    "PRIORITY_HALFLIFE queue.priority-halflife seconds 1..3162240000 = " + "86400",
                    "After this long, half of what a user used is forgotten.");
    public static final Knob DEFAULT_PRIO_FACTOR =
            row(
                    "DEFAULT_PRIO_FACTOR queue.priority-factor integer 1..1000000000 = " + "1000",
                    "A user's priority factor until an administrator sets another.");
    public static final Knob WALL_CLOCK_CKPT_INTERVAL =
            row(
                    "WALL_CLOCK_CKPT_INTERVAL queue.wall-clock-save-interval seconds "
                            + "1..3162240000 = 3600",
                    "How often the queue saves how long a job has run. Not a process "
                            + "checkpoint.");

    // ---- Checkpoints ----
    public static final Knob ROOST_CHECKPOINT_ENGINE =
            row(
                    "ROOST_CHECKPOINT_ENGINE checkpoint.engine word library|criu = " + "library",
                    "What takes images: the checkpoint library in the job, or CRIU.");
    public static final Knob CHECKPOINT_DIR =
            row(
                    "CHECKPOINT_DIR checkpoint.dir path = $(SPOOL)",
                    "Where the images of this node's jobs are kept. Nodes that are to go on "
                            + "with each other's jobs must see it under this name; several may "
                            + "name the same directory, each uses a part of its own.");
    public static final Knob CHECKPOINTS_KEPT =
            row(
                    "CHECKPOINTS_KEPT checkpoint.images-kept integer 1..1000 = 2",
                    "Images that are kept of each job. An older one is used when a newer one "
                            + "turns out to be damaged.");
    public static final Knob USE_CKPT_SERVER =
            row(
                    "USE_CKPT_SERVER checkpoint.use-server boolean = True",
                    "Whether images go to CKPT_SERVER_HOST if that is set; if not, to "
                            + "where the job was submitted.");
    public static final Knob CKPT_SERVER_HOST =
            row(
                    "CKPT_SERVER_HOST checkpoint.server-host string",
                    "The node with role CKPT_SERVER that stores images.");
    public static final Knob STARTER_CHOOSES_CKPT_SERVER =
            row(
                    "STARTER_CHOOSES_CKPT_SERVER checkpoint.execute-node-chooses-server "
                            + "boolean = True",
                    "Whose CKPT_SERVER_HOST counts: the executing machine's, or else the "
                            + "submitting one's.");
    public static final Knob ALWAYS_USE_LOCAL_CKPT_SERVER =
            row(
                    "ALWAYS_USE_LOCAL_CKPT_SERVER checkpoint.always-local-server boolean "
                            + "= False",
                    "Whether images are always read from a server on the executing " + "machine.");
    public static final Knob CKPT_SERVER_DIR =
            row(
                    "CKPT_SERVER_DIR checkpoint.store-directory path = " + "$(SPOOL)/checkpoints",
                    "Where this node stores images.");
    public static final Knob CKPT_SERVER_CLIENT_TIMEOUT =
            row(
                    "CKPT_SERVER_CLIENT_TIMEOUT checkpoint.server-timeout seconds "
                            + "1..86400 = 20",
                    "How long to wait for a checkpoint server's answer.");
    public static final Knob CKPT_SERVER_CLIENT_TIMEOUT_RETRY =
            row(
                    "CKPT_SERVER_CLIENT_TIMEOUT_RETRY checkpoint.server-retry seconds "
                            + "0..86400 = 1200",
                    "How long a server that did not answer is not asked again.");
    public static final Knob CKPT_SERVER_MAX_PROCESSES =
            row(
                    "CKPT_SERVER_MAX_PROCESSES checkpoint.server-max-transfers integer "
                            + "1..10000 = 50",
                    "Images being stored and read at the same time.");
    public static final Knob CKPT_SERVER_REMOVE_STALE_CKPT_INTERVAL =
            row(
                    "CKPT_SERVER_REMOVE_STALE_CKPT_INTERVAL "
                            + "checkpoint.stale-sweep-interval seconds 60..3162240000 = 86400",
                    "How often stale images are looked for.");
    public static final Knob CKPT_SERVER_STALE_CKPT_AGE_CUTOFF =
            row(
                    "CKPT_SERVER_STALE_CKPT_AGE_CUTOFF checkpoint.stale-age seconds "
                            + "60..3162240000 = 5184000",
                    "An image that nobody used for this long is stale and removed.");
    public static final Knob COMPRESS_PERIODIC_CKPT =
            row(
                    "COMPRESS_PERIODIC_CKPT checkpoint.compress-periodic boolean = False",
                    "Whether images of jobs that go on are compressed.");
    public static final Knob COMPRESS_VACATE_CKPT =
            row(
                    "COMPRESS_VACATE_CKPT checkpoint.compress-vacate boolean = False",
                    "Whether images of jobs that leave are compressed.");
    public static final Knob SLOW_CKPT_SPEED =
            row(
                    "SLOW_CKPT_SPEED checkpoint.vacate-speed-kib integer 0..4294967296 = " + "0",
                    "KiB a second at which a vacating job writes its image; 0 for as "
                            + "fast as it can.");
    public static final Knob PERIODIC_MEMORY_SYNC =
            row(
                    "PERIODIC_MEMORY_SYNC checkpoint.periodic-sync boolean = False",
                    "Whether mapped files are synchronised at each periodic image.");
    public static final Knob MAX_DISCARDED_RUN_TIME =
            row(
                    "MAX_DISCARDED_RUN_TIME checkpoint.max-discarded-run-time seconds "
                            + "0..3162240000 = 3600",
                    "A job whose image cannot be had starts from the beginning if it has "
                            + "used less CPU time than this; otherwise it waits for the "
                            + "image.");
    public static final Knob CHECKPOINT_PLATFORM =
            row(
                    "CHECKPOINT_PLATFORM checkpoint.platform string",
                    "Says what images of this machine can go on elsewhere with, instead "
                            + "of what is found out.");
    public static final Knob APPEND_REQ_STANDARD =
            row(
                    "APPEND_REQ_STANDARD checkpoint.append-requirements expression",
                    "And-ed to the requirements of jobs of the standard universe.");
    public static final Knob APPEND_RANK_STANDARD =
            row(
                    "APPEND_RANK_STANDARD checkpoint.append-rank expression",
                    "Added to the rank of jobs of the standard universe.");

    // ---- Journal, history and logs ----
    public static final Knob ROOST_JOURNAL_DIR =
            row(
                    "ROOST_JOURNAL_DIR journal.dir path = $(SPOOL)/journal",
                    "The LevelDB journal of all durable state. Must be on a local disk.");
    public static final Knob HISTORY =
            row("HISTORY history.file path = $(SPOOL)/history", "Ads of jobs that left the queue.");
    public static final Knob MAX_HISTORY_LOG =
            row(
                    "MAX_HISTORY_LOG history.max-bytes bytes 1024..1099511627776 = " + "20971520",
                    "A history file that grows beyond this is put aside and a new one " + "begun.");
    public static final Knob MAX_HISTORY_ROTATIONS =
            row(
                    "MAX_HISTORY_ROTATIONS history.rotations integer 1..1000 = 2",
                    "History files put aside that are kept.");
    public static final Knob ROOST_LOG_LEVEL =
            row(
                    "ROOST_LOG_LEVEL log.level word ERROR|WARN|INFO|DEBUG|TRACE = INFO",
                    "How much the node logs.");
    public static final Knob MAX_DEFAULT_LOG =
            row(
                    "MAX_DEFAULT_LOG log.max-bytes bytes 1024..1099511627776 = 10485760",
                    "A log file that grows beyond this is put aside and a new one begun.");

    // ---- API ----
    public static final Knob ROOST_API_SOCKET =
            row(
                    "ROOST_API_SOCKET api.socket path = $(RUN)/roost.sock",
                    "The UNIX socket of the API.");
    public static final Knob ROOST_API_MAX_REQUEST =
            row(
                    "ROOST_API_MAX_REQUEST api.max-request-bytes bytes 4096..1073741824 "
                            + "= 4194304",
                    "Largest request that is read; larger ones are refused.");
    public static final Knob ROOST_API_MAX_CONNECTIONS =
            row(
                    "ROOST_API_MAX_CONNECTIONS api.max-connections integer 8..1048576 = " + "1024",
                    "Connections at the same time; further ones wait.");
    public static final Knob ROOST_API_IDLE_TIMEOUT =
            row(
                    "ROOST_API_IDLE_TIMEOUT api.idle-timeout seconds 1..86400 = 60",
                    "How long a connection may be silent in the middle of a request.");

    /** Knobs whose items are names of attributes, each with an expression as a value of its own. */
    static final Set<Knob> NAMES_OF_ATTRIBUTES = Set.of(STARTD_ATTRS, STARTD_EXPRS, SUBMIT_ATTRS);

    private static final Map<String, Knob> BY_NAME = index();

    private Knobs() {}

    /** All knobs, in the order of the documentation. */
    public static List<Knob> all() {
        return Collections.unmodifiableList(ALL);
    }

    /**
     * The knob of this name, whatever its case; {@code SLOT_TYPE_3} finds {@code SLOT_TYPE_<N>}.
     */
    public static Optional<Knob> find(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        Knob knob = BY_NAME.get(upper);
        if (knob != null) {
            return Optional.of(knob);
        }
        int end = upper.length();
        while (end > 0 && Character.isDigit(upper.charAt(end - 1))) {
            end--;
        }
        return end == upper.length()
                ? Optional.empty()
                : Optional.ofNullable(BY_NAME.get(upper.substring(0, end) + "<N>"));
    }

    private static Map<String, Knob> index() {
        Map<String, Knob> byName = new HashMap<>();
        for (Knob knob : ALL) {
            byName.put(knob.name().toUpperCase(Locale.ROOT), knob);
        }
        return byName;
    }

    /** Reads a row. By hand: this runs at the start of every command that has no node to ask. */
    private static Knob row(String row, String meaning) {
        int equals = row.indexOf(" = ");
        String[] cells = (equals < 0 ? row : row.substring(0, equals)).split(" ");
        long min = 0;
        long max = 0;
        List<String> words = List.of();
        if (cells.length == 4 && cells[3].contains("..")) {
            int dots = cells[3].indexOf("..");
            min = Long.parseLong(cells[3].substring(0, dots));
            max = Long.parseLong(cells[3].substring(dots + 2));
        } else if (cells.length == 4) {
            words = Arrays.asList(cells[3].split("\\|"));
        }
        Knob knob =
                new Knob(
                        cells[0],
                        "roost.".concat(cells[1]),
                        Type.valueOf(cells[2].toUpperCase(Locale.ROOT)),
                        words,
                        Optional.ofNullable(equals < 0 ? null : row.substring(equals + 3)),
                        min,
                        max,
                        Area.ofKey(cells[1].substring(0, cells[1].indexOf('.'))),
                        meaning);
        ALL.add(knob);
        return knob;
    }

    private static Map<Knob, Knob> vanillaVariants(Knob... knobs) {
        Map<Knob, Knob> variants = new HashMap<>();
        for (Knob knob : knobs) {
            String key = knob.key().substring("roost.".length()) + "-vanilla";
            String meaning = "Instead of " + knob.name() + " for vanilla jobs, where it is set.";
            variants.put(knob, row(knob.name() + "_VANILLA " + key + " expression", meaning));
        }
        return Map.copyOf(variants);
    }
}
