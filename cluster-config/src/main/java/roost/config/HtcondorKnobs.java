// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Knobs of HTCondor that stand in many configuration files and mean nothing to Roost. Knowing them
 * tells a file that was brought along from a misspelt name. Not complete, and need not be.
 */
final class HtcondorKnobs {
    /** Families: logs and their detail, security by level, daemons' programs and arguments. */
    private static final Pattern FAMILIES =
            Pattern.compile(
                    "(SEC|ALLOW|DENY|HOSTALLOW|HOSTDENY|SCHEDD|STARTD|COLLECTOR|NEGOTIATOR|MASTER"
                            + "|STARTER|SHADOW|GRIDMANAGER|HAD|REPLICATION|CREDD|KBDD|PROCD|HIBERNATE"
                            + "|DOCKER|SINGULARITY|GPU|VM|XEN|VMWARE|GLEXEC|DAGMAN|JOB_ROUTER|BOINC"
                            + "|BACKFILL|GROUP|CONCURRENCY|TRANSFER|SPOOL|SHARED_PORT|DEFRAG|ROOSTER"
                            + "|EVENT_LOG|STATISTICS|DBMSD|QUILL|CONDOR_VIEW|VIEW|SSH_TO_JOB|CCB"
                            + "|AUTH_SSL|GSI|KERBEROS|PASSWD|TOOL|SUBMIT|HISTORY|PREEN|DEDICATED)"
                            + "_[A-Z0-9_]+"
                            + "|[A-Z0-9_]+_(DEBUG|LOG|ARGS|ADDRESS_FILE|LOG_KEEP_OPEN|TIMEOUT_MULTIPLIER)"
                            + "|MAX_[A-Z0-9_]*_?LOG|MAX_NUM_[A-Z0-9_]*_?LOG|ENABLE_[A-Z0-9_]+|SLOT(_TYPE_)?[0-9]+_[A-Z0-9_]+");

    private static final Set<String> NAMES =
            Set.of(
                    "ABORT_ON_EXCEPTION",
                    "ALL_DEBUG",
                    "BENCHMARKS_JOBLIST",
                    "BIN",
                    "BIND_ALL_INTERFACES",
                    "CKPT_PROBE",
                    "CLASSAD_LIFETIME",
                    "CLASSAD_USER_LIBS",
                    "CONDOR_ADMIN",
                    "CONDOR_IDS",
                    "CONDOR_SUPPORT_EMAIL",
                    "COUNT_HYPERTHREAD_CPUS",
                    "CREATE_LOCKS_ON_LOCAL_DISK",
                    "DEFAULT_DOMAIN_NAME",
                    "DISCARD_SESSION_KEYRING_ON_STARTUP",
                    "EMAIL_DOMAIN",
                    "ETC",
                    "EVENT_LOG",
                    "FLOCK_FROM",
                    "FLOCK_TO",
                    "HIGHPORT",
                    "INCLUDE",
                    "KEEP_OUTPUT_SANDBOX",
                    "LIB",
                    "LIBEXEC",
                    "LOCK",
                    "LOCAL_DISK_LOCK_DIR",
                    "LOWPORT",
                    "MAIL",
                    "MASTER",
                    "MAX_JOBS_RUNNING",
                    "MOUNT_UNDER_SCRATCH",
                    "MUST_MODIFY_REQUEST_EXPRS",
                    "NETWORK_MAX_PENDING_CONNECTS",
                    "NO_DNS",
                    "OBITUARY_LOG_LENGTH",
                    "PREEN",
                    "RELEASE_DIR",
                    "REMOTE_PRIO_FACTOR",
                    "ROTATE_HISTORY_DAILY",
                    "RUNBENCHMARKS",
                    "SBIN",
                    "SETTABLE_ATTRS_CONFIG",
                    "SHADOW",
                    "SHARE",
                    "SLOTS_CONNECTED_TO_CONSOLE",
                    "SLOTS_CONNECTED_TO_KEYBOARD",
                    "SOFT_UID_DOMAIN",
                    "START_BACKFILL",
                    "EVICT_BACKFILL",
                    "SYSTEM_PERIODIC_HOLD",
                    "SYSTEM_PERIODIC_RELEASE",
                    "SYSTEM_PERIODIC_REMOVE",
                    "TCP_UPDATE_COLLECTORS",
                    "TRUST_UID_DOMAIN",
                    "UPDATE_COLLECTOR_WITH_TCP",
                    "USE_CLONE_TO_CREATE_PROCESSES",
                    "USE_NFS",
                    "USE_PROCD",
                    "USE_SHARED_PORT",
                    "WARN_ON_UNUSED_SUBMIT_FILE_MACROS");

    private HtcondorKnobs() {}

    static boolean isKnown(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return name.length() <= 80 && (NAMES.contains(upper) || FAMILIES.matcher(upper).matches());
    }
}
