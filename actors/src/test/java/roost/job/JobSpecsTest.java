// SPDX-License-Identifier: Apache-2.0
package roost.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import roost.classad.ClassAd;
import roost.starter.LaunchSpec;

class JobSpecsTest {
    private static final JobSpecs SPECS =
            new JobSpecs(
                    new JobSpecs.Settings("/usr/bin/java", List.of("-Xmx64m"), Optional.empty()));

    @Test
    void aVanillaJobIsCalledCondorExec() throws JobFailure {
        JobSpec spec = of(ad("Cmd", "\"/bin/echo\"", "Args", "\"a b\""));
        assertThat(spec.executable()).isEqualTo("/bin/echo");
        assertThat(spec.arguments()).containsExactly("condor_exec.exe", "a", "b");
        assertThat(spec.cluster()).isEqualTo(1);
        assertThat(spec.proc()).isZero();
    }

    @Test
    void theNewFormOfArgumentsAndEnvironmentWins() throws JobFailure {
        JobSpec spec =
                of(
                        ad(
                                "Cmd", "\"/bin/echo\"",
                                "Args", "\"old\"",
                                "Arguments", "\"'new one'\"",
                                "Env", "\"A=old\"",
                                "Environment", "\"A=new\""));
        assertThat(spec.arguments()).containsExactly("condor_exec.exe", "new one");
        assertThat(spec.environment()).isEqualTo(Map.of("A", "new"));
    }

    @Test
    void aCredentialIsNamedInTheEnvironment() throws JobFailure {
        JobSpec spec =
                of(
                        ad(
                                "Cmd", "\"/bin/true\"",
                                "Env", "\"X509_USER_PROXY=other\"",
                                "x509userproxy", "\"/spool/COD1.proxy\""));
        assertThat(spec.environment()).isEqualTo(Map.of("X509_USER_PROXY", "/spool/COD1.proxy"));
    }

    @Test
    void pathsAreRelativeToIwd() throws JobFailure {
        JobSpec spec =
                of(
                        ad(
                                "Cmd", "\"bin/run\"",
                                "Iwd", "\"/home/ann\"",
                                "In", "\"in.txt\"",
                                "Out", "\"/tmp/out\"",
                                "Err", "\"/dev/null\"",
                                "StarterUserLog", "\"log\"",
                                "StarterUserLogUseXML", "true"));
        assertThat(spec.executable()).isEqualTo("/home/ann/bin/run");
        assertThat(spec.input()).isEqualTo("/home/ann/in.txt");
        assertThat(spec.output()).isEqualTo("/tmp/out");
        assertThat(spec.error()).isEqualTo("/dev/null");
        assertThat(spec.userLog()).contains(new JobSpec.UserLog("/home/ann/log", true));
    }

    @Test
    void standardFilesThatNobodyNamedAreTheNullFile() throws JobFailure {
        JobSpec spec = of(ad("Cmd", "\"/bin/true\""));
        assertThat(List.of(spec.input(), spec.output(), spec.error())).containsOnly("/dev/null");
    }

    @Test
    void killSignalsAreNumbersOrNamesAndOtherwiseSigterm() throws JobFailure {
        assertThat(kill("3")).isEqualTo(3);
        assertThat(kill("\"SIGQUIT\"")).isEqualTo(3);
        assertThat(kill("\"usr1\"")).isEqualTo(10);
        assertThat(kill("SIGQUIT")).isEqualTo(15);
        assertThat(kill("\"SIGNONE\"")).isEqualTo(15);
        assertThat(kill("999")).isEqualTo(15);
        assertThat(
                        of(ad("Cmd", "\"/bin/true\"", "KillSig", "3", "RemoveKillSig", "10"))
                                .killSignal())
                .isEqualTo(10);
    }

    @Test
    void aJavaJobRunsUnderTheLauncherWithItsJars() throws JobFailure {
        JobSpec spec =
                of(
                        ad(
                                "Cmd", "\"Hello.class\"",
                                "Iwd", "\"/home/ann\"",
                                "JobUniverse", "10",
                                "JarFiles", "\"a.jar, /lib/b.jar\"",
                                "Args", "\"Hello world\""));
        assertThat(spec.executable()).isEqualTo("/usr/bin/java");
        assertThat(spec.arguments())
                .containsExactly(
                        "/usr/bin/java",
                        "-Xmx64m",
                        "-classpath",
                        "/home/ann:/home/ann:/home/ann/a.jar:/lib/b.jar",
                        "Hello",
                        "world");
    }

    @Test
    void aWrapperGetsTheProgramAsItsFirstArgument() throws JobFailure {
        JobSpecs wrapped =
                new JobSpecs(new JobSpecs.Settings("", List.of(), Optional.of("/opt/wrap")));
        JobSpec spec = wrapped.of(ad("Cmd", "\"/bin/echo\"", "Args", "\"a\""), "COD1", "slot1");
        assertThat(spec.executable()).isEqualTo("/opt/wrap");
        assertThat(spec.arguments()).containsExactly("/opt/wrap", "/bin/echo", "a");
    }

    @Test
    void aJobMayLimitItsCoreFileAndItsStack() {
        ClassAd ad = ClassAd.builder().putInt("CoreSize", 4096).putInt("StackSize", -1).build();
        assertThat(JobSpecs.limits(ad))
                .isEqualTo(
                        Map.of(
                                LaunchSpec.Resource.CORE_BYTES,
                                LaunchSpec.Limit.of(4096),
                                LaunchSpec.Resource.STACK_BYTES,
                                LaunchSpec.Limit.of(LaunchSpec.Limit.INFINITE)));
        assertThat(JobSpecs.limits(ClassAd.builder().build())).isEmpty();
    }

    @Test
    void whatCannotBeRunIsRefusedWithTheReason() {
        assertRefused(ad(), "no Cmd");
        assertRefused(ad("Cmd", "\"run\""), "no Iwd");
        assertRefused(ad("Cmd", "\"/bin/true\"", "Iwd", "\"here\""), "not an absolute path");
        assertRefused(ad("Cmd", "\"/bin/true\"", "JobUniverse", "7"), "not supported");
        assertRefused(ad("Cmd", "\"/bin/true\"", "Env", "\"x\""), "Missing '='");
        assertRefused(ad("Cmd", "\"/bin/true\"", "ClusterId", "99999999999"), "out of range");
    }

    private static void assertRefused(ClassAd ad, String why) {
        assertThatThrownBy(() -> of(ad)).isInstanceOf(JobFailure.class).hasMessageContaining(why);
    }

    private static int kill(String signal) throws JobFailure {
        return of(ad("Cmd", "\"/bin/true\"", "KillSig", signal)).killSignal();
    }

    private static JobSpec of(ClassAd ad) throws JobFailure {
        return SPECS.of(ad, "COD1", "slot1");
    }

    private static ClassAd ad(String... namesAndExpressions) {
        ClassAd.Builder ad = ClassAd.builder();
        for (int i = 0; i < namesAndExpressions.length; i += 2) {
            ad.putExpr(namesAndExpressions[i], namesAndExpressions[i + 1]);
        }
        return ad.build();
    }
}
