// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.Match;
import roost.id.SlotName;
import roost.job.JobFailure;
import roost.job.JobSpec;
import roost.job.JobSpecs;
import roost.posix.DiskTrouble;
import roost.security.Identity;

/**
 * Works out what an activate request is to run: the job ad that came with it, what the
 * configuration says under its keyword, and HTCondor's defaults.
 *
 * <p>What can be known before anything is started is refused here with a reason; HTCondor answers
 * Success and gives up in silence. Source: HTCondor manual 8.0 §4.3.4.1; htcondor
 * jic_local_config.cpp, command.cpp.
 */
public final class Applications {

    /** What a node knows about keywords: attributes to expressions; empty for an unknown one. */
    @FunctionalInterface
    public interface Keywords {
        Map<String, String> attributes(String keyword);
    }

    /**
     * Where things are and what is allowed.
     *
     * @param execute directory of the sandboxes
     * @param credentials those delegated to claims
     * @param adBytesMax longest job ad, as text
     */
    public record Settings(Path execute, Credentials credentials, int adBytesMax) {}

    /** What the names of COD jobs' sandboxes begin with. */
    public static final String SANDBOX_PREFIX = "dir_COD";

    /** What came of looking at a request. */
    sealed interface Result {}

    /** It can be run. */
    record Ready(Activation activation) implements Result {}

    /** A credential is stored. */
    record Stored(String path) implements Result {}

    /** It cannot. */
    record Refused(Decision.Refuse why) implements Result {}

    private final Keywords keywords;
    private final JobSpecs specs;
    private final Function<SlotName, ClassAd> slotAds;
    private final Settings settings;

    /**
     * @param slotAds the present ad of a slot, against which Requirements are evaluated
     */
    public Applications(
            Keywords keywords,
            JobSpecs specs,
            Function<SlotName, ClassAd> slotAds,
            Settings settings) {
        this.keywords = keywords;
        this.specs = specs;
        this.slotAds = slotAds;
        this.settings = settings;
    }

    /** What an idle claim is to run. */
    Result activation(Claim claim, ApiRequest.ActivateClaim request, Identity caller, Moment now) {
        Optional<Decision.Refuse> unmet = requirements(claim, request);
        if (unmet.isPresent()) {
            return new Refused(unmet.get());
        }
        Optional<String> keyword =
                request.jobAd().flatMap(ad -> ad.getString("JobKeyword")).or(request::keyword);
        if (keyword.isEmpty() && request.jobAd().isEmpty()) {
            return invalid(
                    "Request contains neither JobKeyword nor HasJobAd, so server has no way to find"
                            + " job information\n",
                    "give -keyword, -jobad or both");
        }
        if (request.jobAd().map(ad -> ad.toString().length()).orElse(0) > settings.adBytesMax()) {
            return invalid(
                    "The job ad is longer than " + settings.adBytesMax() + " bytes",
                    "put large data into files");
        }
        try {
            ClassAd job = merge(claim, request, keyword, caller);
            specs.of(job, claim.id().shortId(), claim.slot().slot());
            return new Ready(activation(claim, request, job, keyword, now));
        } catch (JobFailure | IllegalArgumentException e) {
            return invalid(e.getMessage(), "correct the application's definition");
        }
    }

    /** How to run an activation; it was looked at when it was made, so it can be run. */
    JobSpec spec(Claim claim, Activation activation) {
        try {
            return specs.of(activation.job(), claim.id().shortId(), claim.slot().slot());
        } catch (JobFailure e) {
            throw new IllegalStateException(
                    "claim "
                            + claim.id()
                            + " has an application that cannot be run: "
                            + e.getMessage(),
                    e);
        }
    }

    private Optional<Decision.Refuse> requirements(Claim claim, ApiRequest.ActivateClaim request) {
        if (request.requirements().isEmpty()) {
            return Optional.empty();
        }
        String text = request.requirements().get();
        String error = "Cannot find starter that satisfies requirements '" + text + "'";
        try {
            return satisfies(text, slotAds.apply(claim.slot()))
                    ? Optional.empty()
                    : Optional.of(
                            new Decision.Refuse(
                                    CaResult.INVALID_REQUEST,
                                    error,
                                    "condor_status -long shows what the slot offers"));
        } catch (ClassAdException e) {
            return Optional.of(
                    new Decision.Refuse(CaResult.INVALID_REQUEST, error, e.getMessage()));
        }
    }

    /** Whether an expression holds with the ad as TARGET; undefined and errors do not. */
    static boolean satisfies(String expression, ClassAd target) {
        ClassAd request = ClassAd.builder().putExpr("Requirements", expression).build();
        return Match.halfMatches(request, target);
    }

    /** The job ad wins; the keyword fills what it lacks. */
    private ClassAd merge(
            Claim claim,
            ApiRequest.ActivateClaim request,
            Optional<String> keyword,
            Identity caller)
            throws JobFailure {
        ClassAd.Builder job = ClassAd.builder();
        if (keyword.isPresent()) {
            Map<String, String> known = keywords.attributes(keyword.get());
            if (known.isEmpty() && request.jobAd().flatMap(ad -> ad.getString("Cmd")).isEmpty()) {
                throw new JobFailure(
                        "\""
                                + keyword.get()
                                + "_Cmd\" not found in the configuration of this node");
            }
            known.forEach(job::putExpr);
        }
        putId(job, "ClusterId", request.cluster());
        putId(job, "ProcId", request.proc());
        request.jobAd().ifPresent(job::addAll);
        if (request.jobAd().isPresent() || !job.has("Owner")) {
            job.put("Owner", caller.user());
        }
        if (!job.has("JobUniverse")) {
            job.putInt("JobUniverse", 5);
        }
        claim.proxy().ifPresent(path -> job.put("x509userproxy", path));
        return job.build();
    }

    private static void putId(ClassAd.Builder job, String name, OptionalInt id) {
        if (id.isPresent() && id.getAsInt() >= 0) {
            job.putInt(name, id.getAsInt());
        }
    }

    private Activation activation(
            Claim claim,
            ApiRequest.ActivateClaim request,
            ClassAd job,
            Optional<String> keyword,
            Moment now) {
        int number = claim.activations() + 1;
        Optional<Lease> lease =
                leaseOfAd(request, now).or(() -> claim.lease().map(old -> old.renew(now)));
        // The directory of an activation that could not be made durable may still be there.
        String directory =
                SANDBOX_PREFIX
                        + (claim.id().sequence() + "_" + claim.id().birthday() + "_" + number)
                        + ("." + now.wallMillis());
        return new Activation(
                number,
                label(job, "ClusterId"),
                label(job, "ProcId"),
                keyword,
                job,
                settings.execute().resolve(directory).toString(),
                lease);
    }

    /** HTCondor takes JobLeaseDuration of a job ad for the claim's own lease. */
    private static Optional<Lease> leaseOfAd(ApiRequest.ActivateClaim request, Moment now) {
        OptionalLong seconds =
                request.jobAd()
                        .map(ad -> ad.getInteger("JobLeaseDuration"))
                        .orElse(OptionalLong.empty());
        return seconds.isPresent() && seconds.getAsLong() >= 0
                ? Optional.of(new Lease(seconds.getAsLong(), now))
                : Optional.empty();
    }

    private static Optional<Integer> label(ClassAd job, String name) {
        OptionalLong id = job.getInteger(name);
        return id.isPresent() ? Optional.of(Math.toIntExact(id.getAsLong())) : Optional.empty();
    }

    /** Keeps a credential for the claim's jobs; a new one takes the place of the old. */
    Result storeProxy(Claim claim, byte[] proxy) {
        try {
            return new Stored(settings.credentials().store(claim, proxy).toString());
        } catch (IOException e) {
            return new Refused(
                    new Decision.Refuse(
                            CaResult.FAILURE,
                            "cannot store the proxy: " + DiskTrouble.text(e),
                            "see the node's log"));
        }
    }

    /** The claim is no more, and neither are its credentials. */
    void forget(Claim claim) {
        settings.credentials().remove(claim);
    }

    private static Refused invalid(String error, String hint) {
        return new Refused(new Decision.Refuse(CaResult.INVALID_REQUEST, error, hint));
    }
}
