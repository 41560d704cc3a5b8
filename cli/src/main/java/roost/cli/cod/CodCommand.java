// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import roost.api.CommandHost;
import roost.cli.Command;
import roost.cli.Version;
import roost.cli.option.OptionTable;

/**
 * {@code condor_cod} and its other names. Which verb it is about is read from the program's name,
 * else from the first word. Source: HTCondor 8.8 cod_tool.cpp main().
 */
public final class CodCommand implements Command {
    /** The name whose verb is the first word. */
    public static final String NAME = "condor_cod";

    private final Optional<CodVerb> verb;

    private CodCommand(Optional<CodVerb> verb) {
        this.verb = verb;
    }

    /** The tool itself. */
    public static CodCommand tool() {
        return new CodCommand(Optional.empty());
    }

    /** The tool under the name of one verb: {@code condor_cod_<word>}. */
    public static CodCommand named(String word) {
        return new CodCommand(Optional.of(CodVerb.of(word).orElseThrow()));
    }

    @Override
    public String name() {
        return verb.map(v -> NAME + "_" + v.word()).orElse(NAME);
    }

    @Override
    public String summary() {
        return verb.map(CodVerb::description).orElse("Request, use and release claims on slots")
                + ".";
    }

    @Override
    public String usage() {
        return verb.map(v -> CodUsage.of(v, name())).orElseGet(() -> CodUsage.general(name()));
    }

    @Override
    public OptionTable documentedOptions() {
        return verb.map(CodUsage::options).orElse(CodUsage.GENERAL_OPTIONS);
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException {
        String me = arguments.programName();
        List<String> words = arguments.words();
        Optional<String> suffix = suffix(me);
        if (suffix.isPresent()) {
            return run(host, suffix.get(), me, words);
        }
        if (words.isEmpty()) {
            host.err().print(CodUsage.general(me));
            return 1;
        }
        String word = words.get(0);
        if (word.startsWith("-")) {
            return generalOption(host, me, word);
        }
        return run(host, word, me + " " + word, words.subList(1, words.size()));
    }

    /** The verb in the program's name; empty if the first word is to be looked at. */
    private static Optional<String> suffix(String programName) {
        String delegate = "_" + CodVerb.DELEGATE_PROXY.word();
        if (programName.endsWith(delegate)) {
            return Optional.of(CodVerb.DELEGATE_PROXY.word());
        }
        int underscore = programName.lastIndexOf('_');
        if (underscore < 0
                || programName.substring(underscore).toLowerCase(Locale.ROOT).equals("_cod")) {
            return Optional.empty();
        }
        return Optional.of(programName.substring(underscore + 1));
    }

    /** Only the first letter after the dash is looked at here. */
    private static int generalOption(CommandHost host, String me, String word) {
        if (word.startsWith("-v")) {
            host.out().print(Version.TEXT);
            return 0;
        }
        host.err().print(CodUsage.general(me));
        return word.startsWith("-h") ? 0 : 1;
    }

    private static int run(CommandHost host, String word, String me, List<String> words)
            throws IOException {
        Optional<CodVerb> verb = CodVerb.of(word);
        if (verb.isEmpty()) {
            host.err().println("ERROR: unknown command \"" + me + "\"");
            host.err().print(CodUsage.general("cod"));
            return 1;
        }
        try {
            CodOptions options = CodOptions.parse(verb.get(), me, words);
            if (options.ending().isPresent()) {
                if (options.ending().get() == CodOptions.Ending.VERSION) {
                    host.out().print(Version.TEXT);
                } else {
                    host.err().print(CodUsage.of(verb.get(), me));
                }
                return 0;
            }
            return new CodRun(host, verb.get(), me, options).run();
        } catch (CodRefusal refusal) {
            host.err().println(refusal.getMessage());
            if (refusal.showsUsage()) {
                host.err().print(CodUsage.of(verb.get(), me));
            }
            return 1;
        }
    }
}
