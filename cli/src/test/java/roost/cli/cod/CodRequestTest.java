// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.api.ApiException;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.cli.FakeApi;
import roost.cli.FakeHost;
import roost.id.NodeAddress;

/** What condor_cod asks of the node, and what it does when the node does not answer. */
@Timeout(60)
class CodRequestTest {
    private static final String ID = "<127.0.0.1:35035>#1795231085#7#8485";
    private final FakeHost host = new FakeHost();

    @BeforeEach
    void theNodeAgreesToEverything() {
        host.api.answer(ApiRequest.RequestClaim.class, request -> success());
        host.api.answer(ApiRequest.ActivateClaim.class, request -> success());
        host.api.answer(ApiRequest.ReleaseClaim.class, request -> success());
        host.api.answer(ApiRequest.DeactivateClaim.class, request -> success());
        host.api.answer(ApiRequest.SuspendClaim.class, request -> success());
        host.api.answer(ApiRequest.DelegateProxy.class, request -> success());
        host.file("job.ad", "Cmd = \"/bin/sleep\"\n");
    }

    private static ClaimReply success() {
        return new ClaimReply(
                CaResult.SUCCESS,
                FakeApi.ADDRESS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ClassAd.EMPTY);
    }

    private ApiRequest.RequestClaim request(String... words) {
        String[] all = new String[words.length + 2];
        all[0] = "condor_cod";
        all[1] = "request";
        System.arraycopy(words, 0, all, 2, words.length);
        assertThat(host.run(all)).as(host.stderr()).isZero();
        return host.api.last(ApiRequest.RequestClaim.class);
    }

    private ApiRequest.ActivateClaim activate(String... words) {
        String[] all = new String[words.length + 4];
        all[0] = "condor_cod";
        all[1] = "activate";
        all[2] = "-id";
        all[3] = ID;
        System.arraycopy(words, 0, all, 4, words.length);
        assertThat(host.run(all)).as(host.stderr()).isZero();
        return host.api.last(ApiRequest.ActivateClaim.class);
    }

    @Test
    void requirementsAreAConjunctionOfParenthesisedParts() {
        assertThat(request("-n", "slot2@vm.local", "-r", "State!=\"Claimed\"").requirements())
                .contains(
                        "(State != \"Claimed\") && (TARGET.SlotID == 2) && (TARGET.HasJICLocalConfig == true)");
        assertThat(request().requirements()).contains("(TARGET.HasJICLocalConfig == true)");
        assertThat(activate("-jobad", "job.ad", "-req", "x").requirements())
                .contains("(x) && (TARGET.HasJICLocalStdin == true)");
        assertThat(activate("-key", "x").requirements())
                .contains("(TARGET.HasJICLocalConfig == true)");
    }

    @Test
    void theTargetIsTheAddressElseTheNameElseThisMachine() {
        assertThat(request("-a", "<127.0.0.2:9?x=1>").target())
                .isEqualTo(ApiRequest.Target.at(new NodeAddress("127.0.0.2", 9)));
        assertThat(request("-name", "other").target()).isEqualTo(ApiRequest.Target.named("other"));
        assertThat(request("-p", "localhost:9618").target()).isEqualTo(ApiRequest.Target.HERE);
        assertThat(request("-pool", "vm.local").target()).isEqualTo(ApiRequest.Target.HERE);
    }

    @Test
    void leasesAreReadAsCReadsNumbers() {
        assertThat(request().leaseSeconds()).isEqualTo(OptionalLong.empty());
        assertThat(request("-lease", "3600").leaseSeconds()).isEqualTo(OptionalLong.of(3600));
        assertThat(request("-l", "-5").leaseSeconds()).isEqualTo(OptionalLong.empty());
        assertThat(request("-l", "abc").leaseSeconds()).isEqualTo(OptionalLong.of(0));
        assertThat(request("-l", "12x").leaseSeconds()).isEqualTo(OptionalLong.of(12));
        assertThat(request("-l", "99999999999").leaseSeconds())
                .isEqualTo(OptionalLong.of(Integer.MAX_VALUE));
    }

    @Test
    void theLastRepeatOfAnOptionWins() {
        assertThat(request("-lease", "1", "-lease", "2").leaseSeconds())
                .isEqualTo(OptionalLong.of(2));
    }

    @Test
    void aClusterWithoutAProcMeansProcZero() {
        ApiRequest.ActivateClaim sent = activate("-keyword", "k", "-clu", "23");
        assertThat(sent.cluster()).isEqualTo(OptionalInt.of(23));
        assertThat(sent.proc()).isEqualTo(OptionalInt.of(0));
        sent = activate("-keyword", "k", "-pr", "5");
        assertThat(sent.cluster()).isEqualTo(OptionalInt.empty());
        assertThat(sent.proc()).isEqualTo(OptionalInt.of(5));
        assertThat(activate("-keyword", "k").proc()).isEqualTo(OptionalInt.empty());
    }

    @Test
    void whatTheJobAdSaysReplacesTheOptions() {
        host.file("own.ad", "ClusterId = 7\nProcId=8\nJobKeyword = \"own\"\n");
        ApiRequest.ActivateClaim sent =
                activate("-key", "typed", "-cluster", "1", "-proc", "2", "-jobad", "own.ad");
        assertThat(sent.keyword()).contains("own");
        assertThat(sent.cluster()).isEqualTo(OptionalInt.empty());
        assertThat(sent.proc()).isEqualTo(OptionalInt.empty());
        assertThat(sent.jobAd().orElseThrow().getInteger("ClusterId").getAsLong()).isEqualTo(7);
    }

    @Test
    void waitAndFastReachTheNode() {
        assertThat(activate("-key", "k").waitForStart()).isFalse();
        assertThat(activate("-key", "k", "-w").waitForStart()).isTrue();
        host.run("condor_cod_release", "-f", "-id", ID);
        assertThat(host.api.last(ApiRequest.ReleaseClaim.class).fast()).isTrue();
        host.run("condor_cod_deactivate", "-id", ID);
        assertThat(host.api.last(ApiRequest.DeactivateClaim.class).fast()).isFalse();
    }

    @Test
    void theProxyIsTheGivenFileElseTheEnvironmentsElseTheUsualOne() {
        host.file("given", "1").file("/tmp/env", "2").file("/tmp/x509up_u1000", "3");
        host.run("condor_cod", "delegate_proxy", "-id", ID);
        assertThat(host.api.last(ApiRequest.DelegateProxy.class).proxy()).asString().isEqualTo("3");
        host.environment.put("X509_USER_PROXY", "/tmp/env");
        host.run("condor_cod", "delegate_proxy", "-id", ID);
        assertThat(host.api.last(ApiRequest.DelegateProxy.class).proxy()).asString().isEqualTo("2");
        host.run("condor_cod", "delegate_proxy", "-id", ID, "-x", "given");
        assertThat(host.api.last(ApiRequest.DelegateProxy.class).proxy()).asString().isEqualTo("1");
    }

    @Test
    void theClassadFileIsThereAndEmptyWhenTheRequestFails() {
        host.api.answer(
                ApiRequest.RequestClaim.class,
                request ->
                        new ClaimReply(
                                CaResult.FAILURE,
                                FakeApi.ADDRESS,
                                Optional.of("no"),
                                Optional.empty(),
                                Optional.empty(),
                                ClassAd.EMPTY));
        assertThat(host.run("condor_cod", "request", "-classad", "f")).isEqualTo(1);
        assertThat(host.text("f")).isEmpty();
    }

    @Test
    void theClassadFileHoldsTheReplyWithoutTheSecretId() {
        host.run("condor_cod", "request", "-classad", "f");
        assertThat(host.text("f"))
                .contains(
                        "Result = \"Success\"\n",
                        "MyType = \"Reply\"\n",
                        "TargetType = \"Command\"\n")
                .doesNotContain("ClaimId");
    }

    @Test
    void withoutANodeTheErrorSaysHowToStartOne() {
        host.api.answer(
                ApiRequest.SuspendClaim.class,
                request -> {
                    throw new ApiException(
                            ApiException.Code.UNAVAILABLE, "no node runs", "start one");
                });
        assertThat(host.run("condor_cod", "suspend", "-id", ID)).isEqualTo(1);
        assertThat(host.stderr())
                .isEqualTo(
                        """
                        Attempt to send CA_SUSPEND_CLAIM to startd <127.0.0.1:35035> failed
                        Failed to connect to startd <127.0.0.1:35035>
                        hint: no node runs; start one
                        """);
        host.api.answer(
                ApiRequest.RequestClaim.class,
                request -> {
                    throw new ApiException(ApiException.Code.UNAVAILABLE, "no node runs");
                });
        assertThat(host.run("condor_cod", "request")).isEqualTo(1);
        assertThat(host.stderr())
                .isEqualTo("ERROR: Can't find address for local startd\nhint: no node runs\n");
    }

    @Test
    void aNodeThatIsSilentIsGivenUpAfterTheTimeout() {
        host.api.silent(ApiRequest.SuspendClaim.class);
        assertThat(host.run("condor_cod", "suspend", "-t", "1", "-id", ID)).isEqualTo(1);
        assertThat(host.stderr()).contains("failed\nFailed to read reply ClassAd\n");
    }

    @Test
    void anInterruptEndsTheCommandAndIsKept() {
        host.api.silent(ApiRequest.ReleaseClaim.class);
        Thread.currentThread().interrupt();
        assertThat(host.run("condor_cod", "release", "-id", ID)).isEqualTo(130);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aHugeJobAdIsRefused() {
        host.file("huge", "A = \"" + "x".repeat(JobAdFile.MAX_BYTES) + "\"\n");
        assertThat(host.run("condor_cod", "activate", "-id", ID, "-jobad", "huge")).isEqualTo(1);
        assertThat(host.stderr()).contains("the job ad in 'huge' is larger than 1048576 bytes");
        assertThat(host.api.requests).isEmpty();
    }

    @Test
    void rubbishInAJobAdIsReportedLineByLine() {
        host.file("bad", "\u0000\u0001=\n= 3\nX\n9x = 1\nOk = 1\nY = (1\n\n  # no\n");
        ApiRequest.ActivateClaim sent = activate("-jobad", "bad");
        assertThat(sent.jobAd().orElseThrow().names()).containsExactly("Ok");
        assertThat(host.stderr().lines().filter(l -> l.startsWith("Failed to insert"))).hasSize(5);
    }

    @Test
    void backslashesInAJobAdStandForThemselves() {
        host.file("ad", "A = \"c:\\dir\\\"quoted\\\"\"\n");
        assertThat(activate("-jobad", "ad").jobAd().orElseThrow().getString("A"))
                .contains("c:\\dir\"quoted\"");
    }

    @Test
    void debugSaysWhatIsDone() {
        host.run("condor_cod", "suspend", "-d", "-id", ID);
        assertThat(host.stderr())
                .contains("11/21/26 03:20:52 sending CA_SUSPEND_CLAIM")
                .contains("reply from startd at <127.0.0.1:35035>: Success");
    }
}
