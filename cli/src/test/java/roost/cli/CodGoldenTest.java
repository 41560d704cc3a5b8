// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import roost.api.ApiException;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.NodeAddress;

/** What condor_cod prints, to the byte, stream by stream. */
@Timeout(60)
class CodGoldenTest {
    private static final ClaimId CLAIM =
            new ClaimId(FakeApi.ADDRESS, 1795231085, 7, "8485f24512390f392a7d35a70d46d31e4f2b168d");

    @TestFactory
    Stream<DynamicTest> theFrontEndIsThatOfHTCondor() throws IOException {
        return Golden.tests("cod-front.txt", FakeHost::new);
    }

    @TestFactory
    Stream<DynamicTest> answersArePrintedAsHTCondorPrintsThem() throws IOException {
        return Golden.tests("cod-answers.txt", CodGoldenTest::hostWithNode);
    }

    /** A node with one claim whose state is asked for by the id's sequence number. */
    private static FakeHost hostWithNode() {
        FakeHost host = new FakeHost();
        host.file("sleep.ad", "Cmd = \"/bin/sleep\"\nArgs = \"600\"\n");
        host.file("proxy", "a credential");
        host.api.answer(ApiRequest.RequestClaim.class, CodGoldenTest::request);
        host.api.answer(ApiRequest.ActivateClaim.class, request -> activate(request));
        host.api.answer(ApiRequest.SuspendClaim.class, request -> success(ClassAd.EMPTY));
        host.api.answer(ApiRequest.ResumeClaim.class, request -> success(ClassAd.EMPTY));
        host.api.answer(ApiRequest.RenewClaim.class, request -> unknown(request.id()));
        host.api.answer(ApiRequest.DeactivateClaim.class, request -> success(lastState("Running")));
        host.api.answer(ApiRequest.ReleaseClaim.class, request -> success(release(request)));
        host.api.answer(ApiRequest.DelegateProxy.class, request -> success(ClassAd.EMPTY));
        return host;
    }

    private static ClaimReply request(ApiRequest.RequestClaim request) {
        NodeAddress asked = request.target().address().orElse(FakeApi.ADDRESS);
        if (asked.port() == 1) {
            return failure(asked, CaResult.CONNECT_FAILED, "Failed to connect to startd " + asked);
        }
        if (request.target().name().orElse("").equals("no.such.host")) {
            throw new ApiException(ApiException.Code.NOT_FOUND, "no node is called no.such.host");
        }
        if (request.target().name().orElse("").equals("gone")) {
            return failure(asked, CaResult.LOCATE_FAILED, "Can't find address for startd gone");
        }
        String requirements = request.requirements().orElseThrow();
        if (requirements.contains("999999999")) {
            return failure(
                    asked,
                    CaResult.FAILURE,
                    "Can't find Resource matching Requirements (" + requirements + ")");
        }
        ClassAd slot =
                ClassAd.builder()
                        .put("Name", "slot2@vm.local")
                        .put("MyType", "Machine")
                        .putInt("SlotID", 2)
                        .put("ClaimId", CLAIM.secret())
                        .put("State", "Unclaimed")
                        .putExpr("Requirements", "START")
                        .put("has_avx", "yes")
                        .put("CODClaims", "COD7")
                        .put("Activity", "Idle")
                        .put("CondorVersion", "$CondorVersion: 1 $")
                        .build();
        return new ClaimReply(
                CaResult.SUCCESS,
                FakeApi.ADDRESS,
                Optional.empty(),
                Optional.empty(),
                Optional.of(CLAIM),
                slot);
    }

    private static ClaimReply activate(ApiRequest.ActivateClaim request) {
        if (request.keyword().orElse("").equals("Busy")) {
            return new ClaimReply(
                    CaResult.INVALID_STATE,
                    FakeApi.ADDRESS,
                    Optional.of("Cannot activate claim: already active (Running)"),
                    Optional.of("deactivate it first"),
                    Optional.empty(),
                    ClassAd.EMPTY);
        }
        if (request.keyword().orElse("").equals("Broken")) {
            return new ClaimReply(
                    CaResult.FAILURE,
                    FakeApi.ADDRESS,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    ClassAd.EMPTY);
        }
        return success(ClassAd.EMPTY);
    }

    private static ClassAd release(ApiRequest.ReleaseClaim request) {
        return request.fast() ? ClassAd.EMPTY : lastState("Idle");
    }

    private static ClassAd lastState(String state) {
        return ClassAd.builder().put("LastClaimState", state).build();
    }

    private static ClaimReply unknown(ClaimId id) {
        return failure(
                FakeApi.ADDRESS, CaResult.FAILURE, "ClaimID (" + id.secret() + ") not found");
    }

    private static ClaimReply success(ClassAd ad) {
        return new ClaimReply(
                CaResult.SUCCESS,
                FakeApi.ADDRESS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ad);
    }

    private static ClaimReply failure(NodeAddress at, CaResult result, String error) {
        return new ClaimReply(
                result, at, Optional.of(error), Optional.empty(), Optional.empty(), ClassAd.EMPTY);
    }
}
