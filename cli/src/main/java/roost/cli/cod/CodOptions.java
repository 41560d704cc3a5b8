// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import roost.id.NodeAddress;

/**
 * What follows a verb, read by the rules of HTCondor's tool: the letter after the dash decides
 * which option it is, the rest must be a prefix of its name, words without a dash are skipped, the
 * last repeat wins, numbers are read as C's {@code atoi} does. Source: HTCondor 8.8 cod_tool.cpp,
 * checked against the transcripts of 8.9.11.
 *
 * @param ending set if -help or -version was met: nothing after it counts, nothing is sent
 * @param timeoutSeconds 0 or less: the verb's own
 * @param cluster 0 or more; empty if not given
 * @param proc 0 or more; empty if not given
 */
record CodOptions(
        Optional<Ending> ending,
        boolean debug,
        boolean json,
        boolean waitForStart,
        boolean fast,
        int timeoutSeconds,
        Optional<String> classadFile,
        Optional<String> pool,
        Optional<NodeAddress> address,
        Optional<String> name,
        Optional<String> requirements,
        OptionalLong leaseSeconds,
        Optional<String> id,
        Optional<String> jobadFile,
        Optional<String> keyword,
        OptionalInt cluster,
        OptionalInt proc,
        Optional<String> proxyFile) {

    /** What ends the tool at once. */
    enum Ending {
        HELP,
        VERSION
    }

    /**
     * Reads the words after the verb.
     *
     * @param me the name for messages
     */
    static CodOptions parse(CodVerb verb, String me, List<String> words) throws CodRefusal {
        return new Reader(verb, me, words.iterator()).read();
    }

    /** The state of one reading. */
    private static final class Reader {
        private final CodVerb verb;
        private final String me;
        private final Iterator<String> words;

        private boolean debug;
        private boolean json;
        private boolean waitForStart;
        private boolean fast;
        private int timeoutSeconds;
        private String classadFile;
        private String pool;
        private NodeAddress address;
        private String name;
        private String requirements;
        private Integer lease;
        private String id;
        private String jobadFile;
        private String keyword;
        private int cluster = -1;
        private int proc = -1;
        private String proxyFile;

        Reader(CodVerb verb, String me, Iterator<String> words) {
            this.verb = verb;
            this.me = me;
            this.words = words;
        }

        CodOptions read() throws CodRefusal {
            while (words.hasNext()) {
                String word = words.next();
                if (!word.startsWith("-")) {
                    continue;
                }
                Optional<Ending> ending = option(word);
                if (ending.isPresent()) {
                    return result(ending);
                }
            }
            checkTogether();
            return result(Optional.empty());
        }

        private Optional<Ending> option(String word) throws CodRefusal {
            switch (word.length() > 1 ? word.charAt(1) : '\0') {
                case 'h' -> {
                    mustAbbreviate(word, "-help");
                    return Optional.of(Ending.HELP);
                }
                case 'v' -> {
                    mustAbbreviate(word, "-version");
                    return Optional.of(Ending.VERSION);
                }
                case 'd' -> {
                    mustAbbreviate(word, "-debug");
                    debug = true;
                }
                case 't' -> timeoutSeconds = atoi(argument(word, "-timeout"));
                case 'c' -> classadOrCluster(word);
                case 'p' -> poolOrProc(word);
                case 'x' -> proxyFile = argument(word, "-x509proxy");
                case 'a' -> address = address(argumentFor(word, "-address", CodVerb.REQUEST));
                case 'n' -> name = argumentFor(word, "-name", CodVerb.REQUEST);
                case 'r' ->
                        requirements =
                                argumentFor(
                                        word, "-requirements", CodVerb.REQUEST, CodVerb.ACTIVATE);
                case 'l' -> lease = atoi(argumentFor(word, "-lease", CodVerb.REQUEST));
                case 'i' -> {
                    if (verb == CodVerb.REQUEST) {
                        throw invalid(word);
                    }
                    id = argument(word, "-id");
                }
                case 'f' -> {
                    mustBeFor(word, CodVerb.RELEASE, CodVerb.DEACTIVATE);
                    mustAbbreviate(word, "-fast");
                    fast = true;
                }
                case 'j' -> jobadOrJson(word);
                case 'k' -> keyword = argumentFor(word, "-keyword", CodVerb.ACTIVATE);
                case 'w' -> {
                    mustBeFor(word, CodVerb.ACTIVATE);
                    mustAbbreviate(word, "-wait");
                    waitForStart = true;
                }
                default -> throw invalid(word);
            }
            return Optional.empty();
        }

        private void classadOrCluster(String word) throws CodRefusal {
            if (verb == CodVerb.ACTIVATE) {
                if (word.equals("-c") || word.equals("-cl")) {
                    throw ambiguous(word);
                }
                if (word.startsWith("-clu")) {
                    cluster = atoi(argument(word, "-cluster"));
                    return;
                }
            }
            classadFile = argument(word, "-classad");
        }

        private void poolOrProc(String word) throws CodRefusal {
            if (verb == CodVerb.ACTIVATE) {
                if (word.equals("-p")) {
                    throw ambiguous(word);
                }
                if (word.startsWith("-pr")) {
                    proc = atoi(argument(word, "-proc"));
                    return;
                }
            }
            pool = argument(word, "-pool");
        }

        /**
         * HTCondor has no -json: what begins with -js was invalid, so nothing changes its meaning.
         */
        private void jobadOrJson(String word) throws CodRefusal {
            if (word.startsWith("-js")) {
                mustAbbreviate(word, "-json");
                json = true;
            } else {
                jobadFile = argumentFor(word, "-jobad", CodVerb.ACTIVATE);
            }
        }

        private String argumentFor(String word, String option, CodVerb... verbs) throws CodRefusal {
            mustBeFor(word, verbs);
            return argument(word, option);
        }

        private String argument(String word, String option) throws CodRefusal {
            mustAbbreviate(word, option);
            if (!words.hasNext()) {
                throw CodRefusal.withUsage(me + ": '" + option + "' requires another argument");
            }
            return words.next();
        }

        private void mustAbbreviate(String word, String option) throws CodRefusal {
            if (!option.startsWith(word)) {
                throw invalid(word);
            }
        }

        private void mustBeFor(String word, CodVerb... verbs) throws CodRefusal {
            if (!List.of(verbs).contains(verb)) {
                throw invalid(word);
            }
        }

        private CodRefusal invalid(String word) {
            return CodRefusal.withUsage(me + ": '" + word + "' is invalid");
        }

        private CodRefusal ambiguous(String word) {
            return CodRefusal.withUsage(me + ": '" + word + "' is ambiguous");
        }

        /** An address must be in angle brackets: {@code 127.0.0.1:1} is not valid. */
        private NodeAddress address(String text) throws CodRefusal {
            Optional<NodeAddress> parsed =
                    text.startsWith("<") && text.endsWith(">")
                            ? NodeAddress.parse(text)
                            : Optional.empty();
            return parsed.orElseThrow(
                    () -> CodRefusal.of(me + ": '" + text + "' is not a valid address"));
        }

        private void checkTogether() throws CodRefusal {
            if (verb != CodVerb.REQUEST && id == null) {
                throw CodRefusal.withUsage("ERROR: You must specify a ClaimID with -id for " + me);
            }
            if (name != null && address != null) {
                throw CodRefusal.withUsage("ERROR: You cannot specify both -name and -address");
            }
            if (verb == CodVerb.ACTIVATE && keyword == null && jobadFile == null) {
                throw CodRefusal.withUsage("ERROR: You must specify -keyword or -jobad for " + me);
            }
        }

        private CodOptions result(Optional<Ending> ending) {
            return new CodOptions(
                    ending,
                    debug,
                    json,
                    waitForStart,
                    fast,
                    timeoutSeconds,
                    Optional.ofNullable(classadFile),
                    Optional.ofNullable(pool),
                    Optional.ofNullable(address),
                    Optional.ofNullable(name),
                    Optional.ofNullable(requirements),
                    lease == null || lease < 0 ? OptionalLong.empty() : OptionalLong.of(lease),
                    Optional.ofNullable(id),
                    Optional.ofNullable(jobadFile),
                    Optional.ofNullable(keyword),
                    cluster < 0 ? OptionalInt.empty() : OptionalInt.of(cluster),
                    procId(),
                    Optional.ofNullable(proxyFile));
        }

        /** A cluster without a proc means proc 0. */
        private OptionalInt procId() {
            if (proc >= 0) {
                return OptionalInt.of(proc);
            }
            return cluster >= 0 ? OptionalInt.of(0) : OptionalInt.empty();
        }
    }

    /** Reads a number as C does: blanks, a sign, digits as far as they go, 0 if there are none. */
    static int atoi(String text) {
        String trimmed = text.stripLeading();
        boolean negative = trimmed.startsWith("-");
        int at = negative || trimmed.startsWith("+") ? 1 : 0;
        long value = 0;
        while (at < trimmed.length() && trimmed.charAt(at) >= '0' && trimmed.charAt(at) <= '9') {
            value = Math.min(value * 10 + trimmed.charAt(at++) - '0', Integer.MAX_VALUE);
        }
        return (int) (negative ? -value : value);
    }
}
