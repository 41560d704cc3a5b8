// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.classad.Expr;
import roost.cli.NodeCalls;
import roost.cli.PoolCheck;
import roost.cli.format.Ads;
import roost.id.ClaimId;
import roost.id.SlotName;

/**
 * One run of a verb whose words have been read: open the files, build the request, send it, print
 * the answer. Source: HTCondor 8.8 cod_tool.cpp; order and streams from the transcripts of 8.9.11.
 */
final class CodRun {
    /** How long HTCondor's tool waits for a startd, where it does not wait for ever. */
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(20);

    private static final int MAX_PROXY_BYTES = 1 << 20;
    private static final DateTimeFormatter DEBUG_TIME =
            DateTimeFormatter.ofPattern("MM/dd/yy HH:mm:ss");

    private final CommandHost host;
    private final CodVerb verb;
    private final String me;
    private final CodOptions options;

    CodRun(CommandHost host, CodVerb verb, String me, CodOptions options) {
        this.host = host;
        this.verb = verb;
        this.me = me;
        this.options = options;
    }

    int run() throws IOException, CodRefusal {
        try (InputStream jobad = open(options.jobadFile());
                OutputStream classad = create(options.classadFile())) {
            if (options.pool().isPresent()) {
                Optional<String> problem = new PoolCheck(host, me).problem(options.pool().get());
                if (problem.isPresent()) {
                    throw CodRefusal.of(problem.get());
                }
            }
            checkRequirements();
            Optional<ClaimId> id = options.id().flatMap(ClaimId::parse);
            if (verb != CodVerb.REQUEST && id.isEmpty()) {
                return refuseUnknownId();
            }
            ApiRequest<ClaimReply> request = request(id, jobad);
            return send(request, id, classad);
        }
    }

    private int send(ApiRequest<ClaimReply> request, Optional<ClaimId> id, OutputStream classad)
            throws IOException, CodRefusal {
        debug("sending " + verb.command());
        ClaimReply reply;
        try {
            reply = NodeCalls.ask(host, request, timeout());
        } catch (ApiException e) {
            return unanswered(e, id);
        }
        debug("reply from startd at " + reply.startd().sinful() + ": " + reply.result().literal());
        if (reply.result() == CaResult.LOCATE_FAILED) {
            String error = reply.error().orElse("Can't find address for startd");
            hint("ERROR: " + error, reply.hint());
            return 1;
        }
        CodReport report = new CodReport(host, verb, options, reply);
        return reply.succeeded() ? report.success(classad) : report.failure();
    }

    private InputStream open(Optional<String> file) throws IOException, CodRefusal {
        if (file.isEmpty()) {
            return new ByteArrayInputStream(new byte[0]);
        }
        if (file.get().equals("-")) {
            return host.in();
        }
        try {
            return host.read(file.get());
        } catch (CommandHost.FileAccessException e) {
            throw notOpened(e);
        }
    }

    private OutputStream create(Optional<String> file) throws IOException, CodRefusal {
        if (file.isEmpty()) {
            return OutputStream.nullOutputStream();
        }
        try {
            return host.write(file.get());
        } catch (CommandHost.FileAccessException e) {
            throw notOpened(e);
        }
    }

    private static CodRefusal notOpened(CommandHost.FileAccessException e) {
        return CodRefusal.of("ERROR: failed to open " + e.getMessage());
    }

    private void checkRequirements() throws CodRefusal {
        String requirements = options.requirements().orElse("true");
        if (!Ads.isExpression(requirements)) {
            throw CodRefusal.of("ERROR: can't parse requirements '" + requirements + "'");
        }
    }

    private ApiRequest<ClaimReply> request(Optional<ClaimId> given, InputStream jobad)
            throws IOException, CodRefusal {
        if (verb == CodVerb.REQUEST) {
            return new ApiRequest.RequestClaim(
                    target(), Optional.of(requirements()), options.leaseSeconds());
        }
        ClaimId id = given.orElseThrow();
        return switch (verb) {
            case ACTIVATE -> activate(id, jobad);
            case SUSPEND -> new ApiRequest.SuspendClaim(id);
            case RESUME -> new ApiRequest.ResumeClaim(id);
            case RENEW -> new ApiRequest.RenewClaim(id);
            case DEACTIVATE -> new ApiRequest.DeactivateClaim(id, options.fast());
            case RELEASE -> new ApiRequest.ReleaseClaim(id, options.fast());
            case DELEGATE_PROXY -> new ApiRequest.DelegateProxy(id, proxy());
            case REQUEST -> throw new AssertionError();
        };
    }

    private ApiRequest.Target target() {
        return options.address()
                .map(ApiRequest.Target::at)
                .or(() -> options.name().map(ApiRequest.Target::named))
                .orElse(ApiRequest.Target.HERE);
    }

    /**
     * What HTCondor's tool sends: a conjunction of parenthesised parts, in this order. Laid out as
     * ClassAds are printed, because the node repeats it when nothing matches.
     */
    private String requirements() {
        List<String> parts = new ArrayList<>();
        options.requirements().ifPresent(parts::add);
        options.name()
                .flatMap(SlotName::parse)
                .ifPresent(slot -> parts.add("TARGET.SlotID==" + slot.slotId()));
        parts.add(
                options.jobadFile().isPresent()
                        ? "TARGET.HasJICLocalStdin==TRUE"
                        : "TARGET.HasJICLocalConfig==TRUE");
        return Expr.parse("(" + String.join(")&&(", parts) + ")").toString();
    }

    /** In the request the file's attributes come after the options and so replace them. */
    private ApiRequest.ActivateClaim activate(ClaimId id, InputStream in)
            throws IOException, CodRefusal {
        Optional<ClassAd> jobad = Optional.empty();
        if (options.jobadFile().isPresent()) {
            jobad = Optional.of(JobAdFile.read(in, options.jobadFile().get(), host.err()));
        }
        boolean ownCluster = jobad.isPresent() && jobad.get().has("ClusterId");
        boolean ownProc = jobad.isPresent() && jobad.get().has("ProcId");
        Optional<String> keyword = jobad.flatMap(ad -> ad.getString("JobKeyword"));
        return new ApiRequest.ActivateClaim(
                id,
                keyword.or(options::keyword),
                ownCluster ? OptionalInt.empty() : options.cluster(),
                ownProc ? OptionalInt.empty() : options.proc(),
                jobad,
                Optional.of(requirements()),
                options.waitForStart());
    }

    private byte[] proxy() throws IOException, CodRefusal {
        Optional<String> file =
                options.proxyFile()
                        .or(() -> Optional.ofNullable(host.environment().get("X509_USER_PROXY")))
                        .or(this::usualProxyFile);
        if (file.isEmpty()) {
            throw CodRefusal.of("\nERROR: can't determine proxy filename to delegate");
        }
        try (InputStream in = host.read(file.get())) {
            byte[] proxy = in.readNBytes(MAX_PROXY_BYTES + 1);
            if (proxy.length > MAX_PROXY_BYTES) {
                throw CodRefusal.of(
                        "ERROR: '"
                                + file.get()
                                + "' is larger than "
                                + MAX_PROXY_BYTES
                                + " bytes, which is no credential");
            }
            return proxy;
        } catch (CommandHost.FileAccessException e) {
            throw notOpened(e);
        }
    }

    private Optional<String> usualProxyFile() {
        OptionalInt user = host.userId();
        return user.isPresent() ? Optional.of("/tmp/x509up_u" + user.getAsInt()) : Optional.empty();
    }

    /** Release, deactivate and renew wait for ever, and so does an activation that is to wait. */
    private Duration timeout() {
        if (options.timeoutSeconds() > 0) {
            return Duration.ofSeconds(options.timeoutSeconds());
        }
        return switch (verb) {
            case RELEASE, DEACTIVATE, RENEW -> Duration.ZERO;
            case ACTIVATE -> options.waitForStart() ? Duration.ZERO : USUAL_TIMEOUT;
            case REQUEST, SUSPEND, RESUME, DELEGATE_PROXY -> USUAL_TIMEOUT;
        };
    }

    /** No node has a claim of that name, whichever is asked. */
    private int refuseUnknownId() throws CodRefusal {
        String address;
        try {
            ApiReply.Node node =
                    NodeCalls.ask(
                            host, new ApiRequest.GetNode(ApiRequest.Target.HERE), USUAL_TIMEOUT);
            address = node.address().sinful();
        } catch (ApiException e) {
            hint("ERROR: Can't find address for local startd", e.hint());
            return 1;
        }
        hint(
                CodReport.attemptFailed(verb, address)
                        + "ClaimID ("
                        + options.id().orElse("")
                        + ") not found",
                Optional.of(
                        "a claim id looks like \"<ip:port>#number#number#letters\"; quote it for"
                                + " the shell"));
        return 1;
    }

    private int unanswered(ApiException e, Optional<ClaimId> id) {
        Optional<String> address =
                id.map(ClaimId::node).or(options::address).map(node -> node.sinful());
        if (e.code() == ApiException.Code.NOT_FOUND && options.name().isPresent()) {
            hint("ERROR: Can't find address for startd " + options.name().get(), e.hint());
        } else if (e.code() == ApiException.Code.UNAVAILABLE && address.isEmpty()) {
            String which = options.name().map(name -> "startd " + name).orElse("local startd");
            hint("ERROR: Can't find address for " + which, Optional.of(told(e)));
        } else {
            String error =
                    switch (e.code()) {
                        case UNAVAILABLE -> "Failed to connect to startd " + address.orElse("");
                        case TIMEOUT -> "Failed to read reply ClassAd";
                        default -> e.getMessage();
                    };
            Optional<String> more = error.equals(e.getMessage()) ? e.hint() : Optional.of(told(e));
            String at = address.orElse(options.name().orElse("here"));
            hint(CodReport.attemptFailed(verb, at) + error, more);
        }
        return 1;
    }

    private static String told(ApiException e) {
        return e.getMessage() + e.hint().map(hint -> "; " + hint).orElse("");
    }

    private void hint(String error, Optional<String> hint) {
        host.err().println(error);
        hint.ifPresent(text -> host.err().println("hint: " + text));
    }

    private void debug(String text) {
        if (options.debug()) {
            LocalDateTime now = LocalDateTime.ofInstant(host.clock().instant(), zone());
            host.err().println(DEBUG_TIME.format(now) + " " + text);
        }
    }

    private ZoneId zone() {
        return host.clock().getZone();
    }
}
