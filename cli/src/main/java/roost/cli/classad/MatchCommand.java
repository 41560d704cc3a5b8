// SPDX-License-Identifier: Apache-2.0
package roost.cli.classad;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.classad.Match;
import roost.classad.MatchAnalysis;
import roost.classad.Mode;
import roost.cli.Command;
import roost.cli.format.Json;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.UsageException;

/**
 * {@code classad_match}: whether two ads match, and why not. Exit status 0 if they do and 1 if they
 * do not.
 */
public final class MatchCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "AD1 AD2",
                    Option.flag("half", 2, "ask only what AD1 requires of AD2"),
                    Option.flag("quiet", 1, "do not explain"),
                    Option.flag("json", 1, "print the answer as one JSON object"),
                    Option.flag("strict", 1, "evaluate by the rules of strict mode"));

    @Override
    public String name() {
        return "classad_match";
    }

    @Override
    public String summary() {
        return "Tell whether the ads in two files match, and why not.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException, UsageException {
        List<String> files = arguments.options().operands();
        if (files.size() != 2) {
            throw new UsageException("two files with an ad each are needed");
        }
        Mode mode = arguments.options().has("strict") ? Mode.STRICT : Mode.OLD;
        boolean half = arguments.options().has("half");
        ClassAd first = AdFiles.read(host, files.get(0), mode);
        ClassAd second = AdFiles.read(host, files.get(1), mode);
        EvalContext context = AdFiles.context(host, mode);
        boolean match =
                half
                        ? Match.halfMatches(first, second, context)
                        : Match.matches(first, second, context);
        String a = files.get(0);
        String b = files.get(1);
        List<String> explained = new ArrayList<>();
        if (!arguments.options().has("quiet")) {
            explained.add(MatchAnalysis.explain(first, second, a, b, context));
            if (!half) {
                explained.add(MatchAnalysis.explain(second, first, b, a, context));
            }
        }
        if (arguments.options().has("json")) {
            Json json = new Json().raw("match", Boolean.toString(match));
            List<String> texts = explained.stream().map(Json::quote).toList();
            host.out().print(json.raw("explanation", texts.toString()).end());
        } else {
            host.out().println(match ? "The ads match." : "The ads do not match.");
            explained.forEach(
                    text -> {
                        host.out().println();
                        host.out().print(text);
                    });
        }
        return match ? 0 : 1;
    }
}
