// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

/**
 * The usage screens. Up to the last section, which lists what only Roost has, they are those of
 * HTCondor 8.9.11 to the byte, odd line breaks included.
 */
final class CodUsage {
    private CodUsage() {}

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
