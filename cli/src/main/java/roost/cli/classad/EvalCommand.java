// SPDX-License-Identifier: Apache-2.0
package roost.cli.classad;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.ClassAdParser;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;
import roost.classad.Format;
import roost.classad.Mode;
import roost.classad.Unparser;
import roost.classad.Value;
import roost.cli.Command;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.UsageException;

/**
 * {@code classad_eval}: evaluates expressions, or puts attributes and ads into the ad that they are
 * evaluated in.
 *
 * <p>Words are taken from left to right, options too, and an expression may begin with a dash; so
 * this command reads its words itself. Source: HTCondor manual 8.9, classad_eval.
 */
public final class EvalCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "<expression | name = expression | [ad]> ...",
                    Option.flag("quiet", 1, "print values only, not the ad before each"),
                    Option.flag("json", 1, "print each value as a JSON object on one line"),
                    Option.flag("strict", 1, "evaluate by the rules of strict mode"),
                    Option.flag("debug", 1, "accepted; debug() prints to standard error"),
                    Option.value("file", 1, "file", "begin with the first ad of this file")
                            .or("my-file"),
                    Option.value("target-file", 1, "file", "match with the first ad of this file"));

    private static final Pattern ASSIGNMENT =
            Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_]*|'[^']+')\\s*=(?![=?!]).*", Pattern.DOTALL);

    /** An option: letters and dashes only, so that {@code -x+1} is an expression. */
    private static final Pattern OPTION = Pattern.compile("--?[a-z][a-z-]+");

    @Override
    public String name() {
        return "classad_eval";
    }

    @Override
    public String summary() {
        return "Evaluate ClassAd expressions.";
    }

    @Override
    public OptionTable documentedOptions() {
        return OPTIONS;
    }

    @Override
    public String usage() {
        return OPTIONS.usage(name(), summary());
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException, UsageException {
        return new Run(host, arguments).all();
    }

    /** One run: what the words so far have set. */
    private final class Run {
        private final CommandHost host;
        private final List<String> words;
        private Mode mode = Mode.OLD;
        private boolean quiet;
        private boolean json;
        private boolean evaluated;
        private ClassAd my = ClassAd.EMPTY;
        private ClassAd target;

        Run(CommandHost host, Arguments arguments) {
            this.host = host;
            this.words = arguments.words();
        }

        int all() throws IOException, UsageException {
            boolean optionsEnded = false;
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                if (!optionsEnded && word.equals("--")) {
                    optionsEnded = true;
                } else if (!optionsEnded && OPTION.matcher(word).matches()) {
                    Optional<String> argument =
                            i + 1 < words.size() ? Optional.of(words.get(i + 1)) : Optional.empty();
                    switch (option(word, argument)) {
                        case "help" -> {
                            host.out().print(usage());
                            return 0;
                        }
                        case "file", "target-file" -> i++;
                        default -> {}
                    }
                } else {
                    int status = operand(word);
                    if (status != 0) {
                        return status;
                    }
                }
            }
            if (!evaluated) {
                throw new UsageException("no expression to evaluate");
            }
            return 0;
        }

        /** Does what the option says and gives its full name. */
        private String option(String word, Optional<String> argument)
                throws IOException, UsageException {
            // The argument is left out of it, because it may look like an option itself.
            Option option = OPTIONS.parse(List.of(word, "")).uses().get(0).option();
            if (!option.arguments().isEmpty() && argument.isEmpty()) {
                throw new UsageException("option '-" + option.name() + "' needs a file");
            }
            switch (option.name()) {
                case "quiet" -> quiet = true;
                case "json" -> json = true;
                case "strict" -> mode = Mode.STRICT;
                case "file" -> my = AdFiles.read(host, argument.get(), mode);
                case "target-file" -> target = AdFiles.read(host, argument.get(), mode);
                default -> {}
            }
            return option.name();
        }

        private int operand(String word) {
            try {
                if (word.stripLeading().startsWith("[")) {
                    Optional<ClassAd> ad = ad(word);
                    if (ad.isPresent()) {
                        my = my.with(ad.get());
                        return 0;
                    }
                }
                if (ASSIGNMENT.matcher(word).matches()) {
                    Map.Entry<String, Expr> attribute = ClassAdParser.parseAssignment(word);
                    my = my.toBuilder().put(attribute.getKey(), attribute.getValue()).build();
                    return 0;
                }
                evaluate(ClassAdParser.parseExpr(word, mode));
                return 0;
            } catch (ClassAdException e) {
                host.err().println("classad_eval: '" + word + "': " + e.getMessage());
                return 1;
            }
        }

        /** The word as an ad; nothing if it is an expression that begins with one. */
        private Optional<ClassAd> ad(String word) {
            try {
                return Optional.of(ClassAdParser.parseAd(word, Format.NEW, mode));
            } catch (ClassAdException e) {
                if (e.expected().equals("the end of the ad")) {
                    return Optional.empty();
                }
                throw e;
            }
        }

        /** An ad, because JSON is the form of an ad: what it writes as a number, a list, null. */
        private ClassAd asAd(String value) {
            return ClassAd.builder().putExpr("Value", value).build();
        }

        private void evaluate(Expr expr) {
            evaluated = true;
            EvalContext context = AdFiles.context(host, mode);
            if (!quiet && !json) {
                host.out().println(Unparser.newForm(my));
            }
            Value value = Evaluator.evaluate(expr, my, target, context);
            String line = Unparser.line(value, mode);
            host.out().println(json ? Unparser.json(asAd(line)) : line);
        }
    }
}
