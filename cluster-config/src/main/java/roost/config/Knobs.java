// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.ArrayList;
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
 * <p>Names and defaults are HTCondor's where it has the knob (source: HTCondor manual 8.8,
 * "Configuration Macros"; 7.8 for process checkpoints); the others begin with COD_, MAX_COD_ or
 * ROOST_.
 */
public final class Knobs {
    private static final List<Knob> ALL = new ArrayList<>();
    private static final long DAY = 86_400;
    private static final long YEARS = 100L * 366 * DAY;

    // ---- Where configuration is ----
    public static final Knob LOCAL_CONFIG_DIR =
            list(
                    Area.FILES,
                    "LOCAL_CONFIG_DIR",
                    "roost.config.directories",
                    "",
                    "Directories whose files are read after the root file, each in the order of their"
                            + " names.");
    public static final Knob LOCAL_CONFIG_DIR_EXCLUDE_REGEXP =
            string(
                    Area.FILES,
                    "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP",
                    "roost.config.exclude",
                    "^((\\..*)|(.*~)|(#.*)|(.*\\.rpmsave)|(.*\\.rpmnew))$",
                    "Files in these directories whose names match are left out: hidden files and"
                            + " editors' back-ups.");
    public static final Knob LOCAL_CONFIG_FILE =
            list(
                    Area.FILES,
                    "LOCAL_CONFIG_FILE",
                    "roost.config.files",
                    "",
                    "Files that are read after those directories.");
    public static final Knob REQUIRE_LOCAL_CONFIG_FILE =
            bool(
                    Area.FILES,
                    "REQUIRE_LOCAL_CONFIG_FILE",
                    "roost.config.require-files",
                    true,
                    "Whether a file of LOCAL_CONFIG_FILE that does not exist is an error.");
    public static final Knob USER_CONFIG_FILE =
            string(
                    Area.FILES,
                    "USER_CONFIG_FILE",
                    "roost.config.user-file",
                    "user_config",
                    "A user's own file, read last; relative to ~/.condor. Not read for root.");

    // ---- Directories ----
    public static final Knob LOCAL_DIR =
            path(
                    "LOCAL_DIR",
                    "roost.dir.local",
                    "$(ROOST_STATE_DIR)",
                    "Everything of this node that must last. The default is a directory of the user:"
                            + " $XDG_STATE_HOME/roost, or ~/.local/state/roost.");
    public static final Knob RUN =
            path(
                    "RUN",
                    "roost.dir.run",
                    "$(LOCAL_DIR)/run",
                    "Socket of the API, process id of the node, sockets of running jobs.");
    public static final Knob SPOOL =
            path(
                    "SPOOL",
                    "roost.dir.spool",
                    "$(LOCAL_DIR)/spool",
                    "Journal, checkpoint images and history.");
    public static final Knob EXECUTE =
            path(
                    "EXECUTE",
                    "roost.dir.execute",
                    "$(LOCAL_DIR)/execute",
                    "Sandboxes of running jobs.");
    public static final Knob LOG = path("LOG", "roost.dir.log", "$(LOCAL_DIR)/log", "Log files.");

    // ---- Node and pool ----
    public static final Knob DAEMON_LIST =
            add(
                    Area.NODE,
                    "DAEMON_LIST",
                    "roost.node.roles",
                    Type.ROLES,
                    null,
                    0,
                    0,
                    "MASTER",
                    "What this node does: STARTD has slots and runs jobs, SCHEDD keeps a queue,"
                            + " COLLECTOR and NEGOTIATOR hold the pool together, CKPT_SERVER stores"
                            + " images; MASTER stands for nothing. Not set: all of it.");
    public static final Knob CONDOR_HOST =
            string(
                    Area.NODE,
                    "CONDOR_HOST",
                    "roost.cluster.manager-host",
                    "127.0.0.1",
                    "The pool's central manager: HOST or HOST:PORT.");
    public static final Knob COLLECTOR_HOST =
            string(
                    Area.NODE,
                    "COLLECTOR_HOST",
                    "roost.cluster.contact",
                    "$(CONDOR_HOST)",
                    "Where a node asks to join the pool: HOST or HOST:PORT, COLLECTOR_PORT if no port"
                            + " is named.");
    public static final Knob COLLECTOR_PORT =
            number(
                    Area.NODE,
                    "COLLECTOR_PORT",
                    "roost.cluster.contact-port",
                    9618,
                    1,
                    65_535,
                    "COLLECTOR",
                    "The port of the central manager where CONDOR_HOST names none.");
    public static final Knob NETWORK_INTERFACE =
            string(
                    Area.NODE,
                    "NETWORK_INTERFACE",
                    "roost.cluster.bind-address",
                    "127.0.0.1",
                    "The address this node listens on. Only loopback addresses are allowed, because"
                            + " nodes do not prove who they are to each other yet.");
    public static final Knob ROOST_PORT =
            number(
                    Area.NODE,
                    "ROOST_PORT",
                    "roost.cluster.port",
                    0,
                    0,
                    65_535,
                    "MASTER",
                    "The port this node listens on for other nodes; 0 for any free one. A central"
                            + " manager needs a fixed one: ROLE:CentralManager sets it.");
    public static final Knob NETWORK_HOSTNAME =
            string(
                    Area.NODE,
                    "NETWORK_HOSTNAME",
                    "roost.node.host-name",
                    "$(FULL_HOSTNAME)",
                    "What this machine is called in names of slots and in the Machine attribute.");
    public static final Knob STARTD_NAME =
            add(
                    Area.NODE,
                    "STARTD_NAME",
                    "roost.node.name",
                    Type.STRING,
                    "$(NETWORK_HOSTNAME)",
                    0,
                    0,
                    "STARTD",
                    "What stands after the @ in names of slots. Nodes of one pool need different"
                            + " ones.");
    public static final Knob UID_DOMAIN =
            string(
                    Area.NODE,
                    "UID_DOMAIN",
                    "roost.node.uid-domain",
                    "$(FULL_HOSTNAME)",
                    "Machines with the same value have the same accounts. Part of every user's full"
                            + " name.");
    public static final Knob FILESYSTEM_DOMAIN =
            string(
                    Area.NODE,
                    "FILESYSTEM_DOMAIN",
                    "roost.node.filesystem-domain",
                    "$(FULL_HOSTNAME)",
                    "Machines with the same value see the same files.");

    // ---- Slots ----
    public static final Knob NUM_CPUS =
            number(
                    Area.SLOTS,
                    "NUM_CPUS",
                    "roost.slots.cpus",
                    "$(DETECTED_CPUS_LIMIT)",
                    1,
                    100_000,
                    "STARTD",
                    "CPUs to share out to slots.");
    public static final Knob MEMORY =
            add(
                    Area.SLOTS,
                    "MEMORY",
                    "roost.slots.memory",
                    Type.MEBIBYTES,
                    "$(DETECTED_MEMORY)",
                    1,
                    1L << 40,
                    "STARTD",
                    "Memory to share out to slots.");
    public static final Knob RESERVED_MEMORY =
            add(
                    Area.SLOTS,
                    "RESERVED_MEMORY",
                    "roost.slots.reserved-memory",
                    Type.MEBIBYTES,
                    "0",
                    0,
                    1L << 40,
                    "STARTD",
                    "Memory that slots do not get.");
    public static final Knob NUM_SLOTS =
            number(
                    Area.SLOTS,
                    "NUM_SLOTS",
                    "roost.slots.count",
                    "$(NUM_CPUS)",
                    0,
                    100_000,
                    "STARTD",
                    "How many equal slots there are, where no NUM_SLOTS_TYPE_<N> is set.");
    public static final Knob SLOT_TYPE_N =
            add(
                    Area.SLOTS,
                    "SLOT_TYPE_<N>",
                    "roost.slots.types",
                    Type.STRING,
                    null,
                    0,
                    0,
                    "STARTD",
                    "What a slot of type N gets: cpus=2, memory=50%, a fraction 1/4, or auto.");
    public static final Knob NUM_SLOTS_TYPE_N =
            add(
                    Area.SLOTS,
                    "NUM_SLOTS_TYPE_<N>",
                    "roost.slots.type-counts",
                    Type.INTEGER,
                    null,
                    0,
                    100_000,
                    "STARTD",
                    "How many slots of type N there are.");
    public static final Knob STARTD_ATTRS =
            add(
                    Area.SLOTS,
                    "STARTD_ATTRS",
                    "roost.slots.attributes",
                    Type.LIST,
                    "",
                    0,
                    0,
                    "STARTD",
                    "Names of further attributes in every slot ad; each has its expression as a value"
                            + " of its own.");
    public static final Knob STARTD_EXPRS =
            add(
                    Area.SLOTS,
                    "STARTD_EXPRS",
                    "roost.slots.attributes",
                    Type.LIST,
                    "",
                    0,
                    0,
                    "STARTD",
                    "The old name of STARTD_ATTRS; both lists count.");
    public static final Knob UPDATE_INTERVAL =
            seconds(
                    Area.SLOTS,
                    "UPDATE_INTERVAL",
                    "roost.slots.update-interval",
                    300,
                    1,
                    DAY,
                    "STARTD",
                    "How often a slot's ad is sent again although nothing changed. Changes are sent at"
                            + " once.");
    public static final Knob POLLING_INTERVAL =
            seconds(
                    Area.SLOTS,
                    "POLLING_INTERVAL",
                    "roost.slots.polling-interval",
                    5,
                    1,
                    DAY,
                    "STARTD",
                    "How often the policy of a slot with a job is looked at.");
    public static final Knob KILLING_TIMEOUT =
            seconds(
                    Area.SLOTS,
                    "KILLING_TIMEOUT",
                    "roost.slots.killing-timeout",
                    30,
                    1,
                    DAY,
                    "STARTD",
                    "How long a starter that was told to kill its job may take before it is killed"
                            + " itself, with all processes of the job.");
    public static final Knob MATCH_TIMEOUT =
            seconds(
                    Area.SLOTS,
                    "MATCH_TIMEOUT",
                    "roost.slots.match-timeout",
                    120,
                    1,
                    DAY,
                    "STARTD",
                    "How long a slot waits to be claimed after a match.");
    public static final Knob CLAIM_WORKLIFE =
            seconds(
                    Area.SLOTS,
                    "CLAIM_WORKLIFE",
                    "roost.slots.claim-worklife",
                    1200,
                    -1,
                    YEARS,
                    "STARTD",
                    "After this long a batch claim takes no new job; -1 for never.");

    // ---- Policy ----
    public static final Knob START =
            policy("START", "start", "True", "Whether the slot takes a batch job.");
    public static final Knob RANK =
            policy("RANK", "rank", "0", "How much the slot prefers a job; larger is better.");
    public static final Knob IS_OWNER =
            policy(
                    "IS_OWNER",
                    "is-owner",
                    "False",
                    "Whether the machine's owner needs the slot, so that it is in state Owner.");
    public static final Knob WANT_SUSPEND =
            policy(
                    "WANT_SUSPEND",
                    "want-suspend",
                    "False",
                    "Whether SUSPEND is looked at at all; if not, PREEMPT is.");
    public static final Knob SUSPEND =
            policy("SUSPEND", "suspend", "False", "Whether to suspend the running batch job.");
    public static final Knob CONTINUE =
            policy("CONTINUE", "continue", "True", "Whether a suspended batch job may go on.");
    public static final Knob PREEMPT =
            policy("PREEMPT", "preempt", "False", "Whether the batch job must leave the slot.");
    public static final Knob WANT_VACATE =
            policy(
                    "WANT_VACATE",
                    "want-vacate",
                    "True",
                    "Whether a job that must leave may end (or checkpoint) in peace; if not, it is"
                            + " killed.");
    public static final Knob KILL =
            policy("KILL", "kill", "False", "Whether a job that is vacating is killed now.");
    public static final Knob PERIODIC_CHECKPOINT =
            policy(
                    "PERIODIC_CHECKPOINT",
                    "periodic-checkpoint",
                    "((time() - LastPeriodicCheckpoint)/60.0) > (180.0 +"
                            + " $RANDOM_INTEGER(-30,30,1))",
                    "Whether the job writes an image now and goes on.");
    public static final Knob IS_VALID_CHECKPOINT_PLATFORM =
            policy(
                    "IS_VALID_CHECKPOINT_PLATFORM",
                    "is-valid-checkpoint-platform",
                    "TARGET.LastCheckpointPlatform =?= UNDEFINED || TARGET.NumCkpts == 0 ||"
                            + " TARGET.LastCheckpointPlatform =?= MY.CheckpointPlatform",
                    "Whether a job's image can go on here. Part of the slot's Requirements.");
    public static final Knob MAXJOBRETIREMENTTIME =
            policy(
                    "MAXJOBRETIREMENTTIME",
                    "max-job-retirement-time",
                    "0",
                    "Seconds a job that must leave may go on undisturbed first.");
    public static final Knob MAX_VACATE_TIME =
            seconds(
                    Area.POLICY,
                    "MaxVacateTime",
                    "roost.policy.max-vacate-time",
                    600,
                    0,
                    YEARS,
                    "STARTD",
                    "Default of MachineMaxVacateTime.");
    public static final Knob MACHINE_MAX_VACATE_TIME =
            policy(
                    "MachineMaxVacateTime",
                    "machine-max-vacate-time",
                    "$(MaxVacateTime)",
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
            list(
                    Area.COD,
                    "VALID_COD_USERS",
                    "roost.cod.valid-users",
                    "",
                    "Users that may request and activate claims: USER or USER@DOMAIN. Empty: nobody.");
    public static final Knob COD_SUPER_USERS =
            list(
                    Area.COD,
                    "COD_SUPER_USERS",
                    "roost.cod.super-users",
                    "root",
                    "Users that may act on everybody's claims. They need not stand in"
                            + " VALID_COD_USERS.");
    public static final Knob COD_DEFAULT_LEASE =
            seconds(
                    Area.COD,
                    "COD_DEFAULT_LEASE",
                    "roost.cod.default-lease",
                    -1,
                    -1,
                    YEARS,
                    "STARTD",
                    "Lease of a claim requested without one; -1 for none, so that it lasts until it is"
                            + " released.");
    public static final Knob COD_MAX_VACATE_TIME =
            seconds(
                    Area.COD,
                    "COD_MAX_VACATE_TIME",
                    "roost.cod.max-vacate-time",
                    600,
                    0,
                    YEARS,
                    "STARTD",
                    "How long a COD job may take to end after a graceful deactivate or release before"
                            + " it is killed.");
    public static final Knob COD_MAX_ACTIVE_TIME =
            seconds(
                    Area.COD,
                    "COD_MAX_ACTIVE_TIME",
                    "roost.cod.max-active-time",
                    0,
                    0,
                    YEARS,
                    "STARTD",
                    "How long one activation may last before the job is vacated; 0 for no limit.");
    public static final Knob MAX_COD_CLAIMS =
            limit(
                    Area.COD,
                    "MAX_COD_CLAIMS",
                    "roost.cod.max-claims",
                    1_000_000,
                    "Claims on all slots of this node; further requests are refused.");
    public static final Knob MAX_COD_CLAIMS_PER_SLOT =
            limit(
                    Area.COD,
                    "MAX_COD_CLAIMS_PER_SLOT",
                    "roost.cod.max-claims-per-slot",
                    1_000_000,
                    "Claims on one slot.");
    public static final Knob MAX_COD_CLAIMS_PER_USER =
            limit(
                    Area.COD,
                    "MAX_COD_CLAIMS_PER_USER",
                    "roost.cod.max-claims-per-user",
                    1_000_000,
                    "Claims of one user on this node.");

    // ---- Running jobs ----
    public static final Knob STARTER_JOB_ENVIRONMENT =
            job(
                    "STARTER_JOB_ENVIRONMENT",
                    "environment",
                    Type.STRING,
                    "",
                    "Variables every job gets: NAME=VALUE parted by blanks, or by semicolons in the"
                            + " old form.");
    public static final Knob JOB_INHERITS_STARTER_ENVIRONMENT =
            job(
                    "JOB_INHERITS_STARTER_ENVIRONMENT",
                    "inherits-environment",
                    Type.BOOLEAN,
                    "False",
                    "Whether jobs also get the node's own environment.");
    public static final Knob USER_JOB_WRAPPER =
            job(
                    "USER_JOB_WRAPPER",
                    "wrapper",
                    Type.PATH,
                    "",
                    "A program that is started instead of the job, with the job's command line as its"
                            + " arguments, and must exec it.");
    public static final Knob JOB_RENICE_INCREMENT =
            job(
                    "JOB_RENICE_INCREMENT",
                    "renice-increment",
                    Type.EXPRESSION,
                    "0",
                    "What is added to the nice value of batch jobs, 0 to 19. May refer to the job's"
                            + " ad.");
    public static final Knob JOB_EXECDIR_PERMISSIONS =
            words(
                    job(
                            "JOB_EXECDIR_PERMISSIONS",
                            "sandbox-permissions",
                            Type.WORD,
                            "user",
                            "Who may look into a sandbox."),
                    "user",
                    "group",
                    "world");
    public static final Knob STARTER_RLIMIT_AS =
            job(
                    "STARTER_RLIMIT_AS",
                    "address-space-limit",
                    Type.EXPRESSION,
                    "",
                    "Limit of a job's address space in MiB. May refer to the job's and the slot's"
                            + " ad.");
    public static final Knob CREATE_CORE_FILES =
            job(
                    "CREATE_CORE_FILES",
                    "core-files",
                    Type.BOOLEAN,
                    "True",
                    "Whether a crashing job may leave a core file.");
    public static final Knob BASE_CGROUP =
            job(
                    "BASE_CGROUP",
                    "base-cgroup",
                    Type.STRING,
                    "htcondor",
                    "Control group below which each job gets one of its own, where the node may make"
                            + " them. Empty: none.");
    public static final Knob JAVA =
            job(
                    "JAVA",
                    "java",
                    Type.STRING,
                    "java",
                    "The Java launcher for jobs of the java universe: a path, or a name looked up in"
                            + " PATH. Empty: no such jobs here.");
    public static final Knob JAVA_EXTRA_ARGUMENTS =
            job(
                    "JAVA_EXTRA_ARGUMENTS",
                    "java-arguments",
                    Type.STRING,
                    "",
                    "Arguments of the launcher before all others.");
    public static final Knob DEFAULT_USERLOG_FORMAT_OPTIONS =
            words(
                    job(
                            "DEFAULT_USERLOG_FORMAT_OPTIONS",
                            "userlog-format",
                            Type.LIST,
                            "",
                            "How user logs write times and events. Empty or LEGACY: month/day and local"
                                    + " time, as HTCondor 8.8 does."),
                    "ISO_DATE",
                    "UTC",
                    "SUB_SECOND",
                    "XML",
                    "LEGACY");

    // ---- Queue and matchmaking ----
    public static final Knob QUEUE_SUPER_USERS =
            queue(
                    "QUEUE_SUPER_USERS",
                    "super-users",
                    Type.LIST,
                    "root, condor",
                    0,
                    0,
                    "Users that may act on everybody's jobs.");
    public static final Knob MAX_JOBS_SUBMITTED =
            queue(
                    "MAX_JOBS_SUBMITTED",
                    "max-jobs",
                    Type.INTEGER,
                    "1000000",
                    0,
                    Integer.MAX_VALUE,
                    "Jobs in the queue; further ones are refused.");
    public static final Knob MAX_JOBS_PER_OWNER =
            queue(
                    "MAX_JOBS_PER_OWNER",
                    "max-jobs-per-owner",
                    Type.INTEGER,
                    "100000",
                    0,
                    Integer.MAX_VALUE,
                    "Jobs of one user in the queue.");
    public static final Knob MAX_JOBS_PER_SUBMISSION =
            queue(
                    "MAX_JOBS_PER_SUBMISSION",
                    "max-jobs-per-submission",
                    Type.INTEGER,
                    "20000",
                    0,
                    Integer.MAX_VALUE,
                    "Jobs of one cluster.");
    public static final Knob DEFAULT_UNIVERSE =
            words(
                    queue(
                            "DEFAULT_UNIVERSE",
                            "default-universe",
                            Type.WORD,
                            "vanilla",
                            0,
                            0,
                            "The universe of jobs whose description names none."),
                    "vanilla",
                    "java",
                    "standard");
    public static final Knob SUBMIT_ATTRS =
            queue(
                    "SUBMIT_ATTRS",
                    "attributes",
                    Type.LIST,
                    "",
                    0,
                    0,
                    "Names of further attributes in every job ad; each has its expression as a value"
                            + " of its own.");
    public static final Knob APPEND_REQUIREMENTS =
            queue(
                    "APPEND_REQUIREMENTS",
                    "append-requirements",
                    Type.EXPRESSION,
                    "",
                    0,
                    0,
                    "And-ed to the requirements of every job.");
    public static final Knob APPEND_RANK =
            queue(
                    "APPEND_RANK",
                    "append-rank",
                    Type.EXPRESSION,
                    "",
                    0,
                    0,
                    "Added to the rank of every job.");
    public static final Knob NEGOTIATOR_INTERVAL =
            queue(
                    "NEGOTIATOR_INTERVAL",
                    "negotiator-interval",
                    Type.SECONDS,
                    "60",
                    1,
                    DAY,
                    "How often matches are made although nothing changed. A new job or a free slot is"
                            + " looked at at once.");
    public static final Knob NEGOTIATOR_CONSIDER_PREEMPTION =
            queue(
                    "NEGOTIATOR_CONSIDER_PREEMPTION",
                    "consider-preemption",
                    Type.BOOLEAN,
                    "True",
                    0,
                    0,
                    "Whether a job may take a slot from another.");
    public static final Knob PREEMPTION_REQUIREMENTS =
            queue(
                    "PREEMPTION_REQUIREMENTS",
                    "preemption-requirements",
                    Type.EXPRESSION,
                    "False",
                    0,
                    0,
                    "Which running jobs may give way to a user of better priority.");
    public static final Knob PRIORITY_HALFLIFE =
            queue(
                    "PRIORITY_HALFLIFE",
                    "priority-halflife",
                    Type.SECONDS,
                    "86400",
                    1,
                    YEARS,
                    "After this long, half of what a user used is forgotten.");
    public static final Knob DEFAULT_PRIO_FACTOR =
            queue(
                    "DEFAULT_PRIO_FACTOR",
                    "priority-factor",
                    Type.INTEGER,
                    "1000",
                    1,
                    1_000_000_000,
                    "A user's priority factor until an administrator sets another.");
    public static final Knob WALL_CLOCK_CKPT_INTERVAL =
            queue(
                    "WALL_CLOCK_CKPT_INTERVAL",
                    "wall-clock-save-interval",
                    Type.SECONDS,
                    "3600",
                    1,
                    YEARS,
                    "How often the queue saves how long a job has run. Not a process checkpoint.");

    // ---- Checkpoints ----
    public static final Knob ROOST_CHECKPOINT_ENGINE =
            words(
                    checkpoint(
                            "ROOST_CHECKPOINT_ENGINE",
                            "engine",
                            Type.WORD,
                            "library",
                            0,
                            0,
                            "What takes images: the checkpoint library in the job, or CRIU."),
                    "library",
                    "criu");
    public static final Knob USE_CKPT_SERVER =
            checkpoint(
                    "USE_CKPT_SERVER",
                    "use-server",
                    Type.BOOLEAN,
                    "True",
                    0,
                    0,
                    "Whether images go to CKPT_SERVER_HOST if that is set; if not, to where the job was"
                            + " submitted.");
    public static final Knob CKPT_SERVER_HOST =
            checkpoint(
                    "CKPT_SERVER_HOST",
                    "server-host",
                    Type.STRING,
                    "",
                    0,
                    0,
                    "The node with role CKPT_SERVER that stores images.");
    public static final Knob STARTER_CHOOSES_CKPT_SERVER =
            checkpoint(
                    "STARTER_CHOOSES_CKPT_SERVER",
                    "execute-node-chooses-server",
                    Type.BOOLEAN,
                    "True",
                    0,
                    0,
                    "Whose CKPT_SERVER_HOST counts: the executing machine's, or else the submitting"
                            + " one's.");
    public static final Knob ALWAYS_USE_LOCAL_CKPT_SERVER =
            checkpoint(
                    "ALWAYS_USE_LOCAL_CKPT_SERVER",
                    "always-local-server",
                    Type.BOOLEAN,
                    "False",
                    0,
                    0,
                    "Whether images are always read from a server on the executing machine.");
    public static final Knob CKPT_SERVER_DIR =
            checkpoint(
                    "CKPT_SERVER_DIR",
                    "store-directory",
                    Type.PATH,
                    "$(SPOOL)/checkpoints",
                    0,
                    0,
                    "Where this node stores images.");
    public static final Knob CKPT_SERVER_CLIENT_TIMEOUT =
            checkpoint(
                    "CKPT_SERVER_CLIENT_TIMEOUT",
                    "server-timeout",
                    Type.SECONDS,
                    "20",
                    1,
                    DAY,
                    "How long to wait for a checkpoint server's answer.");
    public static final Knob CKPT_SERVER_CLIENT_TIMEOUT_RETRY =
            checkpoint(
                    "CKPT_SERVER_CLIENT_TIMEOUT_RETRY",
                    "server-retry",
                    Type.SECONDS,
                    "1200",
                    0,
                    DAY,
                    "How long a server that did not answer is not asked again.");
    public static final Knob CKPT_SERVER_MAX_PROCESSES =
            checkpoint(
                    "CKPT_SERVER_MAX_PROCESSES",
                    "server-max-transfers",
                    Type.INTEGER,
                    "50",
                    1,
                    10_000,
                    "Images being stored and read at the same time.");
    public static final Knob CKPT_SERVER_REMOVE_STALE_CKPT_INTERVAL =
            checkpoint(
                    "CKPT_SERVER_REMOVE_STALE_CKPT_INTERVAL",
                    "stale-sweep-interval",
                    Type.SECONDS,
                    "86400",
                    60,
                    YEARS,
                    "How often stale images are looked for.");
    public static final Knob CKPT_SERVER_STALE_CKPT_AGE_CUTOFF =
            checkpoint(
                    "CKPT_SERVER_STALE_CKPT_AGE_CUTOFF",
                    "stale-age",
                    Type.SECONDS,
                    "5184000",
                    60,
                    YEARS,
                    "An image that nobody used for this long is stale and removed.");
    public static final Knob COMPRESS_PERIODIC_CKPT =
            checkpoint(
                    "COMPRESS_PERIODIC_CKPT",
                    "compress-periodic",
                    Type.BOOLEAN,
                    "False",
                    0,
                    0,
                    "Whether images of jobs that go on are compressed.");
    public static final Knob COMPRESS_VACATE_CKPT =
            checkpoint(
                    "COMPRESS_VACATE_CKPT",
                    "compress-vacate",
                    Type.BOOLEAN,
                    "False",
                    0,
                    0,
                    "Whether images of jobs that leave are compressed.");
    public static final Knob SLOW_CKPT_SPEED =
            checkpoint(
                    "SLOW_CKPT_SPEED",
                    "vacate-speed-kib",
                    Type.INTEGER,
                    "0",
                    0,
                    1L << 32,
                    "KiB a second at which a vacating job writes its image; 0 for as fast as it can.");
    public static final Knob PERIODIC_MEMORY_SYNC =
            checkpoint(
                    "PERIODIC_MEMORY_SYNC",
                    "periodic-sync",
                    Type.BOOLEAN,
                    "False",
                    0,
                    0,
                    "Whether mapped files are synchronised at each periodic image.");
    public static final Knob MAX_DISCARDED_RUN_TIME =
            checkpoint(
                    "MAX_DISCARDED_RUN_TIME",
                    "max-discarded-run-time",
                    Type.SECONDS,
                    "3600",
                    0,
                    YEARS,
                    "A job whose image cannot be had starts from the beginning if it has used less CPU"
                            + " time than this; otherwise it waits for the image.");
    public static final Knob CHECKPOINT_PLATFORM =
            checkpoint(
                    "CHECKPOINT_PLATFORM",
                    "platform",
                    Type.STRING,
                    "",
                    0,
                    0,
                    "Says what images of this machine can go on elsewhere with, instead of what is"
                            + " found out.");
    public static final Knob APPEND_REQ_STANDARD =
            checkpoint(
                    "APPEND_REQ_STANDARD",
                    "append-requirements",
                    Type.EXPRESSION,
                    "",
                    0,
                    0,
                    "And-ed to the requirements of jobs of the standard universe.");
    public static final Knob APPEND_RANK_STANDARD =
            checkpoint(
                    "APPEND_RANK_STANDARD",
                    "append-rank",
                    Type.EXPRESSION,
                    "",
                    0,
                    0,
                    "Added to the rank of jobs of the standard universe.");

    // ---- Journal, history and logs ----
    public static final Knob ROOST_JOURNAL_DIR =
            journal(
                    "ROOST_JOURNAL_DIR",
                    "roost.journal.dir",
                    Type.PATH,
                    "$(SPOOL)/journal",
                    0,
                    0,
                    "The LevelDB journal of all durable state. Must be on a local disk.");
    public static final Knob HISTORY =
            journal(
                    "HISTORY",
                    "roost.history.file",
                    Type.PATH,
                    "$(SPOOL)/history",
                    0,
                    0,
                    "Ads of jobs that left the queue.");
    public static final Knob MAX_HISTORY_LOG =
            journal(
                    "MAX_HISTORY_LOG",
                    "roost.history.max-bytes",
                    Type.BYTES,
                    "20971520",
                    1024,
                    1L << 40,
                    "A history file that grows beyond this is put aside and a new one begun.");
    public static final Knob MAX_HISTORY_ROTATIONS =
            journal(
                    "MAX_HISTORY_ROTATIONS",
                    "roost.history.rotations",
                    Type.INTEGER,
                    "2",
                    1,
                    1000,
                    "History files put aside that are kept.");
    public static final Knob ROOST_LOG_LEVEL =
            words(
                    journal(
                            "ROOST_LOG_LEVEL",
                            "roost.log.level",
                            Type.WORD,
                            "INFO",
                            0,
                            0,
                            "How much the node logs."),
                    "ERROR",
                    "WARN",
                    "INFO",
                    "DEBUG",
                    "TRACE");
    public static final Knob MAX_DEFAULT_LOG =
            journal(
                    "MAX_DEFAULT_LOG",
                    "roost.log.max-bytes",
                    Type.BYTES,
                    "10485760",
                    1024,
                    1L << 40,
                    "A log file that grows beyond this is put aside and a new one begun.");

    // ---- API ----
    public static final Knob ROOST_API_SOCKET =
            api(
                    "ROOST_API_SOCKET",
                    "socket",
                    Type.PATH,
                    "$(RUN)/roost.sock",
                    0,
                    0,
                    "The UNIX socket of the API.");
    public static final Knob ROOST_API_MAX_REQUEST =
            api(
                    "ROOST_API_MAX_REQUEST",
                    "max-request-bytes",
                    Type.BYTES,
                    "4194304",
                    4096,
                    1 << 30,
                    "Largest request that is read; larger ones are refused.");
    public static final Knob ROOST_API_MAX_CONNECTIONS =
            api(
                    "ROOST_API_MAX_CONNECTIONS",
                    "max-connections",
                    Type.INTEGER,
                    "1024",
                    8,
                    1 << 20,
                    "Connections at the same time; further ones wait.");
    public static final Knob ROOST_API_IDLE_TIMEOUT =
            api(
                    "ROOST_API_IDLE_TIMEOUT",
                    "idle-timeout",
                    Type.SECONDS,
                    "60",
                    1,
                    DAY,
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
        if (knob == null
                && !upper.isEmpty()
                && Character.isDigit(upper.charAt(upper.length() - 1))) {
            int end = upper.length();
            while (end > 0 && Character.isDigit(upper.charAt(end - 1))) {
                end--;
            }
            knob = BY_NAME.get(upper.substring(0, end) + "<N>");
        }
        return Optional.ofNullable(knob);
    }

    private static Map<String, Knob> index() {
        Map<String, Knob> byName = new HashMap<>();
        for (Knob knob : ALL) {
            byName.put(knob.name().toUpperCase(Locale.ROOT), knob);
        }
        return byName;
    }

    private static Knob add(
            Area area,
            String name,
            String key,
            Type type,
            String defaultText,
            long min,
            long max,
            String subsystem,
            String meaning) {
        // An empty default is no default: HTCondor does not tell "empty" from "not set" either.
        Optional<String> text = Optional.ofNullable(defaultText).filter(t -> !t.isEmpty());
        Knob knob = new Knob(name, key, type, List.of(), text, min, max, subsystem, area, meaning);
        ALL.add(knob);
        return knob;
    }

    /** Replaces the row that was added last by one that allows these words only. */
    private static Knob words(Knob knob, String... allowed) {
        Knob limited = knob.oneOf(allowed);
        ALL.set(ALL.size() - 1, limited);
        return limited;
    }

    private static Knob string(Area area, String name, String key, String text, String meaning) {
        return add(area, name, key, Type.STRING, text, 0, 0, "MASTER", meaning);
    }

    private static Knob list(Area area, String name, String key, String text, String meaning) {
        return add(area, name, key, Type.LIST, text, 0, 0, "STARTD", meaning);
    }

    private static Knob bool(Area area, String name, String key, boolean value, String meaning) {
        return add(
                area, name, key, Type.BOOLEAN, value ? "True" : "False", 0, 0, "MASTER", meaning);
    }

    private static Knob path(String name, String key, String text, String meaning) {
        return add(Area.DIRECTORIES, name, key, Type.PATH, text, 0, 0, "MASTER", meaning);
    }

    private static Knob number(
            Area area,
            String name,
            String key,
            Object value,
            long min,
            long max,
            String subsystem,
            String meaning) {
        return add(area, name, key, Type.INTEGER, value.toString(), min, max, subsystem, meaning);
    }

    private static Knob seconds(
            Area area,
            String name,
            String key,
            long value,
            long min,
            long max,
            String subsystem,
            String meaning) {
        String text = Long.toString(value);
        return add(area, name, key, Type.SECONDS, text, min, max, subsystem, meaning);
    }

    private static Knob limit(Area area, String name, String key, long value, String meaning) {
        return number(area, name, key, value, 0, Integer.MAX_VALUE, "STARTD", meaning);
    }

    private static Knob policy(String name, String key, String text, String meaning) {
        String path = "roost.policy." + key;
        return add(Area.POLICY, name, path, Type.EXPRESSION, text, 0, 0, "STARTD", meaning);
    }

    private static Map<Knob, Knob> vanillaVariants(Knob... knobs) {
        Map<Knob, Knob> variants = new HashMap<>();
        for (Knob knob : knobs) {
            String key = knob.key().substring("roost.policy.".length()) + "-vanilla";
            String meaning = "Instead of " + knob.name() + " for vanilla jobs, where it is set.";
            variants.put(knob, policy(knob.name() + "_VANILLA", key, "", meaning));
        }
        return Map.copyOf(variants);
    }

    private static Knob job(String name, String key, Type type, String text, String meaning) {
        return add(Area.JOBS, name, "roost.jobs." + key, type, text, 0, 0, "STARTER", meaning);
    }

    private static Knob queue(
            String name, String key, Type type, String text, long min, long max, String meaning) {
        return add(Area.QUEUE, name, "roost.queue." + key, type, text, min, max, "SCHEDD", meaning);
    }

    private static Knob checkpoint(
            String name, String key, Type type, String text, long min, long max, String meaning) {
        String path = "roost.checkpoint." + key;
        return add(Area.CHECKPOINTS, name, path, type, text, min, max, "CKPT_SERVER", meaning);
    }

    private static Knob journal(
            String name, String key, Type type, String text, long min, long max, String meaning) {
        return add(Area.JOURNAL, name, key, type, text, min, max, "MASTER", meaning);
    }

    private static Knob api(
            String name, String key, Type type, String text, long min, long max, String meaning) {
        return add(Area.API, name, "roost.api." + key, type, text, min, max, "MASTER", meaning);
    }
}
