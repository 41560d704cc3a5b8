// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import roost.api.ClaimReply;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.Version;
import roost.cli.format.Ads;
import roost.cli.format.Json;

/** Prints what came of a verb: which line goes where is part of the compatible behaviour. */
final class CodReport {
    private final CommandHost host;
    private final CodVerb verb;
    private final CodOptions options;
    private final ClaimReply reply;

    CodReport(CommandHost host, CodVerb verb, CodOptions options, ClaimReply reply) {
        this.host = host;
        this.verb = verb;
        this.options = options;
        this.reply = reply;
    }

    /** The line that begins every failure after the request was sent, with its line end. */
    static String attemptFailed(CodVerb verb, String address) {
        return "Attempt to send " + verb.command() + " to startd " + address + " failed\n";
    }

    int failure() {
        String error =
                reply.error()
                        .orElse(
                                "Reply ClassAd returned '"
                                        + reply.result().literal()
                                        + "' but does not have the ErrorString attribute");
        if (options.json()) {
            host.out().print(json().string("error", error).end());
        }
        host.err().print(attemptFailed(verb, reply.startd().sinful()));
        host.err().println(error);
        reply.hint().ifPresent(hint -> host.err().println("hint: " + hint));
        return 1;
    }

    /**
     * Prints a success. A request without -classad is the one case in which the ad alone goes to
     * standard output and all the rest to standard error. What the verb did is told even when the
     * file for the ad cannot be written, which is an error all the same.
     */
    int success(OutputStream classad) {
        Optional<String> trouble = write(classad);
        if (options.json()) {
            host.out().print(jsonSuccess());
        } else {
            lines(trouble.isEmpty());
        }
        trouble.ifPresent(text -> host.err().println("ERROR: " + text));
        return trouble.isEmpty() ? 0 : 1;
    }

    /** Writes the -classad file: nothing, or what went wrong. */
    private Optional<String> write(OutputStream classad) {
        if (options.classadFile().isEmpty()) {
            return Optional.empty();
        }
        try (classad) {
            classad.write(Ads.longForm(replyAd()).getBytes(StandardCharsets.UTF_8));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    private void lines(boolean written) {
        boolean adToStdout = verb == CodVerb.REQUEST && options.classadFile().isEmpty();
        PrintStream lines = adToStdout ? host.err() : host.out();
        lines.println(
                "Successfully sent " + verb.command() + " to startd at " + reply.startd().sinful());
        options.classadFile()
                .filter(file -> written)
                .ifPresent(file -> lines.println("Result ClassAd written to " + file));
        if (adToStdout) {
            lines.println("WARNING: You did not specify -classad, printing to STDOUT");
            adAndId();
        } else {
            id(lines);
        }
        if (verb == CodVerb.RELEASE) {
            previousState();
        }
    }

    /**
     * At a terminal the id comes last, where it is looked for. Elsewhere it comes first, as in
     * HTCondor, whose standard output is buffered then: an ad that cannot be written, or whose
     * reader has gone, must not take the id with it.
     */
    private void adAndId() {
        boolean terminal = host.terminalColumns() > 0;
        if (!terminal) {
            id(host.err());
        }
        host.out().print(Ads.longForm(replyAd()));
        if (terminal) {
            id(host.err());
        }
    }

    private void id(PrintStream lines) {
        reply.id().ifPresent(id -> lines.println("ID of new claim is: \"" + id.secret() + "\""));
    }

    /** HTCondor leaves this out with -classad; it is always printed here. */
    private void previousState() {
        Optional<String> state = reply.ad().getString("LastClaimState");
        if (state.isPresent()) {
            host.out().println("State of claim when it was released: \"" + state.get() + "\"");
        } else {
            host.err()
                    .println("Warning: reply ClassAd did not contain attribute \"LastClaimState\"");
        }
    }

    /** The reply as the ad that HTCondor's startd sends. */
    private ClassAd replyAd() {
        ClassAd.Builder ad = reply.ad().toBuilder();
        ad.put("MyType", "Reply");
        ad.put("TargetType", "Command");
        ad.put("Result", reply.result().literal());
        if (!reply.ad().has("CondorVersion")) {
            String[] lines = Version.TEXT.split("\n");
            ad.put("CondorVersion", lines[0]);
            ad.put("CondorPlatform", lines[1]);
        }
        return ad.build();
    }

    private Json json() {
        return new Json()
                .string("command", verb.command())
                .string("startd", reply.startd().sinful())
                .string("result", reply.result().literal());
    }

    private String jsonSuccess() {
        Json json = json();
        reply.id().ifPresent(id -> json.string("claimId", id.secret()));
        reply.ad()
                .getString("LastClaimState")
                .ifPresent(state -> json.string("lastClaimState", state));
        return json.raw("ad", Ads.json(reply.ad())).end();
    }
}
