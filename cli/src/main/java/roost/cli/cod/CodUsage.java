// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.util.ArrayList;
import java.util.List;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;

/**
 * The usage screens. Up to the last section, which lists what only Roost has, they are those of
 * HTCondor 8.9.11 to the byte, odd line breaks included.
 */
final class CodUsage {
    /** What may stand in place of a verb. */
    static final OptionTable GENERAL_OPTIONS =
            OptionTable.of(
                    "<command>",
                    Option.flag("version", 1, "print the version of this tool and exit"));

    private CodUsage() {}

    /** A verb's options, for completion and the manual; {@link CodOptions} reads them. */
    static OptionTable options(CodVerb verb) {
        List<Option> options = new ArrayList<>();
        if (verb == CodVerb.REQUEST) {
            options.add(Option.value("name", 1, "host", "request a claim of that machine or slot"));
            options.add(Option.value("address", 1, "ip:port", "request a claim at that address"));
            options.add(Option.value("lease", 1, "seconds", "release it unless renewed in time"));
        } else {
            options.add(Option.value("id", 1, "ClaimId", "act on this claim"));
        }
        if (verb == CodVerb.ACTIVATE) {
            options.add(
                    Option.value(
                            "keyword", 1, "word", "the application's name in the configuration"));
            options.add(
                    Option.value("jobad", 1, "file", "define the application; '-': from stdin"));
            options.add(Option.value("cluster", 3, "number", "label the job with this cluster id"));
            options.add(Option.value("proc", 2, "number", "label the job with this proc id"));
            options.add(Option.flag("wait", 1, "answer when the program runs, or why it does not"));
        }
        if (verb == CodVerb.REQUEST || verb == CodVerb.ACTIVATE) {
            options.add(Option.value("requirements", 1, "expr", "what must be true of the slot"));
        }
        if (verb == CodVerb.RELEASE || verb == CodVerb.DEACTIVATE) {
            options.add(Option.flag("fast", 1, "kill the job at once"));
        }
        if (verb == CodVerb.DELEGATE_PROXY) {
            options.add(Option.value("x509proxy", 1, "file", "the credential to delegate"));
        }
        boolean activate = verb == CodVerb.ACTIVATE;
        options.add(Option.value("classad", activate ? 3 : 1, "file", "write the reply ad there"));
        options.add(Option.value("pool", activate ? 2 : 1, "host", "the pool to find the node in"));
        options.add(Option.value("timeout", 1, "seconds", "how long to wait for the node"));
        options.add(Option.flag("debug", 1, "say on standard error what is done"));
        options.add(Option.flag("json", 2, "print the reply as JSON"));
        options.add(Option.flag("version", 1, "print the version of this tool and exit"));
        return OptionTable.of("", options.toArray(Option[]::new));
    }

    /** The screen that lists the verbs. */
    static String general(String me) {
        StringBuilder text =
                new StringBuilder("Usage: ")
                        .append(me)
                        .append(" [command] [options]\nWhere [command] is one of:\n");
        for (CodVerb verb : CodVerb.values()) {
            text.append(line(verb));
        }
        return text.append("use ")
                .append(me)
                .append(" [command] -help for more information on a given command\n")
                .toString();
    }

    private static String line(CodVerb verb) {
        String tabs = verb == CodVerb.DELEGATE_PROXY ? "\t" : "\t\t";
        return "   " + verb.word() + tabs + verb.description() + "\n";
    }

    /** The screen of one verb. */
    static String of(CodVerb verb, String me) {
        StringBuilder text = new StringBuilder("Usage: ").append(me);
        boolean hasOptions = verb != CodVerb.SUSPEND && verb != CodVerb.RESUME;
        text.append(verb == CodVerb.REQUEST ? "" : "  [claimid]")
                .append(" [target] [general-opts]");
        text.append(hasOptions ? " [command-opts]\n" : "\n").append(line(verb)).append('\n');
        if (verb != CodVerb.REQUEST) {
            text.append(
                    """
                    Where [claimid] must be specified as:
                       -id ClaimId\t\tAct on the given COD claim
                       (The startd address may be inferred from this in most cases, but it is better
                    to specify the address explicitly.

                    """);
        }
        text.append(SHARED);
        if (hasOptions) {
            text.append("Where [command-opts] can be zero or more of:\n")
                    .append(commandOptions(verb))
                    .append('\n');
        }
        return text.append(roostOptions(verb)).toString();
    }

    private static final String SHARED =
            """
            Where [target] can be zero or one of:
               -name hostname\tContact the startd on the given host
               -pool hostname\tUse the given central manager to find the startd
            \t\t\trequested with -name
               -addr <ip_addr:port>\tContact the startd at the given "sinful string"
               (If no target or claimid is specified, the local host is used)

            Where [general-opts] can either be one of:
               -help\t\tPrint this usage information and exit
               -version\t\tPrint the version of this tool and exit
             or it may be zero or more of:
               -debug\t\tPrint verbose debugging information
               -classad file\tPrint the reply ClassAd to the given file
               -timeout N\t\tTimeout all network operations after N seconds

            """;

    private static String commandOptions(CodVerb verb) {
        return switch (verb) {
            case REQUEST ->
                    "   -requirements expr\tFind a resource that matches the boolean expression\n"
                            + "   -lease N\t\tNumber of seconds to wait for lease renewal\n";
            case RELEASE, DEACTIVATE -> "   -fast\t\tQuickly kill any running job\n";
            case ACTIVATE ->
                    """
                       -keyword string\tUse the keyword to find the job in the config file
                       -jobad filename\tUse the ClassAd in filename to define the job
                    \t\t\t(if filename is "-", read from STDIN)
                       -cluster N\t\tStart the job with the given cluster ID
                       -proc N\t\tStart the job with the given proc ID
                       -requirements expr\tFind a starter that matches the boolean expression
                    """;
            case DELEGATE_PROXY ->
                    "   -x509proxy filename\tDelegate the proxy in the specified file\n";
            case RENEW, SUSPEND, RESUME -> "";
        };
    }

    private static String roostOptions(CodVerb verb) {
        return "Only in Roost:\n"
                + (verb == CodVerb.ACTIVATE
                        ? "   -wait\t\tAnswer when the program runs, or why it does not\n"
                        : "")
                + "   -json\t\tPrint the reply as JSON\n\n";
    }
}
