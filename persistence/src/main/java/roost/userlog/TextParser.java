// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import roost.userlog.JobEvent.Evicted;
import roost.userlog.JobEvent.Exited;
import roost.userlog.JobEvent.Signalled;
import roost.userlog.JobEvent.Termination;
import roost.userlog.JobEvent.Usage;

/** Reads the body of one event of {@link TextLayout}; what follows the known lines is ignored. */
final class TextParser {

    private static final Pattern USAGE =
            Pattern.compile(
                    "\\s*Usr (\\d+) (\\d\\d):(\\d\\d):(\\d\\d), Sys (\\d+) (\\d\\d):(\\d\\d):(\\d\\d)  -  .*");
    private static final Pattern COUNT = Pattern.compile("\\t(\\d+)  -  (.*)");
    private static final Pattern NUMBER = Pattern.compile("\\D*(\\d+)\\D*");
    private static final Pattern REMOTE = Pattern.compile("(Error|Warning) from (.*?) on (.*):");
    private static final Pattern HELD = Pattern.compile("\\tCode (-?\\d+) Subcode (-?\\d+)");

    private final Deque<String> lines;

    private TextParser(List<String> lines) {
        this.lines = new ArrayDeque<>(lines);
    }

    /**
     * Reads a body.
     *
     * @param lines the first begins behind the header's time; the closing {@code ...} is not among
     *     them
     * @throws IllegalArgumentException when it is none
     */
    static JobEvent parse(int number, List<String> lines) {
        TextParser parser = new TextParser(lines);
        return switch (number) {
            case 0 ->
                    new JobEvent.Submitted(
                            parser.after("Job submitted from host: "),
                            parser.rest().map(String::strip));
            case 1 -> new JobEvent.Executing(parser.after("Job executing on host: "));
            case 2 ->
                    new JobEvent.ExecutableError(
                            parser.next().startsWith("(0)")
                                    ? JobEvent.ExecutableError.Kind.NOT_EXECUTABLE
                                    : JobEvent.ExecutableError.Kind.BAD_LINK);
            case 3 -> {
                parser.next();
                yield new JobEvent.Checkpointed(parser.usage(), parser.usage(), parser.count());
            }
            case 4 -> parser.evicted();
            case 5 -> parser.terminated();
            case 6 ->
                    new JobEvent.ImageSize(
                            Long.parseLong(parser.after("Image size of job updated: ")),
                            parser.count("MemoryUsage of job (MB)"),
                            parser.count("ResidentSetSize of job (KB)"),
                            parser.count("ProportionalSetSize of job (KB)"));
            default -> parser.rare(number);
        };
    }

    private JobEvent rare(int number) {
        String first = next();
        return switch (number) {
            case 7 -> new JobEvent.ShadowException(next().strip(), count(), count());
            case 9 -> new JobEvent.Aborted(rest());
            case 10 -> new JobEvent.Suspended(number(next()));
            case 11 -> new JobEvent.Unsuspended();
            case 12 -> held();
            case 13 -> new JobEvent.Released(rest());
            case 21 -> {
                Matcher head = match(REMOTE, first);
                String message =
                        lines.stream().map(String::strip).collect(Collectors.joining("\n"));
                yield new JobEvent.RemoteError(
                        head.group(2), head.group(3), message, head.group(1).equals("Error"));
            }
            default -> throw new IllegalArgumentException("event " + number + " is not known");
        };
    }

    private JobEvent held() {
        String reason = next().strip();
        Matcher code = match(HELD, next());
        return new JobEvent.Held(
                reason.equals("Reason unspecified") ? Optional.empty() : Optional.of(reason),
                Integer.parseInt(code.group(1)),
                Integer.parseInt(code.group(2)));
    }

    private JobEvent evicted() {
        next();
        String how = next();
        Usage remote = usage();
        Usage local = usage();
        long sent = count();
        long received = count();
        Evicted.Outcome outcome;
        if (how.contains("requeued")) {
            outcome = new Evicted.Requeued(termination());
        } else {
            outcome =
                    how.startsWith("\t(1)")
                            ? new Evicted.WithCheckpoint()
                            : new Evicted.WithoutCheckpoint();
        }
        return new Evicted(outcome, remote, local, sent, received, rest());
    }

    private JobEvent terminated() {
        next();
        return new JobEvent.Terminated(
                termination(),
                usage(),
                usage(),
                usage(),
                usage(),
                count(),
                count(),
                count(),
                count());
    }

    private Termination termination() {
        String line = next();
        if (line.startsWith("\t(1)")) {
            return new Exited(number(line.substring(4)));
        }
        int signal = number(line.substring(4));
        String core = next();
        return new Signalled(
                signal,
                core.startsWith("\t(1)")
                        ? Optional.of(core.substring("\t(1) Corefile in: ".length()))
                        : Optional.empty());
    }

    private Usage usage() {
        return usage(next());
    }

    static Usage usage(String line) {
        Matcher m = match(USAGE, line.endsWith("  -  ") ? line : line + "  -  ");
        return new Usage(duration(m, 1), duration(m, 5));
    }

    private static Duration duration(Matcher m, int group) {
        return Duration.ofDays(Long.parseLong(m.group(group)))
                .plusHours(Long.parseLong(m.group(group + 1)))
                .plusMinutes(Long.parseLong(m.group(group + 2)))
                .plusSeconds(Long.parseLong(m.group(group + 3)));
    }

    private long count() {
        return Long.parseLong(match(COUNT, next()).group(1));
    }

    private OptionalLong count(String what) {
        if (lines.isEmpty()) {
            return OptionalLong.empty();
        }
        Matcher matcher = COUNT.matcher(lines.peek());
        if (!matcher.matches() || !matcher.group(2).equals(what)) {
            return OptionalLong.empty();
        }
        lines.remove();
        return OptionalLong.of(Long.parseLong(matcher.group(1)));
    }

    private static int number(String text) {
        return Integer.parseInt(match(NUMBER, text).group(1));
    }

    private String after(String start) {
        String line = next();
        if (!line.startsWith(start)) {
            throw new IllegalArgumentException("expected '" + start + "', found '" + line + "'");
        }
        return line.substring(start.length());
    }

    private Optional<String> rest() {
        return lines.isEmpty() ? Optional.empty() : Optional.of(next().strip());
    }

    private String next() {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("the event is cut off");
        }
        return lines.remove();
    }

    private static Matcher match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("cannot read '" + text.strip() + "'");
        }
        return matcher;
    }
}
