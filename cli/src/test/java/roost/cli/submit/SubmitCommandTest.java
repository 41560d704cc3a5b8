// SPDX-License-Identifier: Apache-2.0
package roost.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.FakeHost;

@Timeout(60)
class SubmitCommandTest {
    private final FakeHost host = new FakeHost();

    @BeforeEach
    void aProgramAndANode() {
        host.program("/bin/prog").program("here");
        host.api.answer(
                ApiRequest.SubmitJobs.class,
                request -> new ApiReply.Submitted(12, request.jobs().size()));
    }

    /** Submits a description and gives the ads that were sent. */
    private List<ClassAd> submit(String description, String... words) {
        host.file("job.sub", description);
        String[] all = new String[words.length + 2];
        all[0] = "condor_submit";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "job.sub";
        assertThat(host.run(all)).as(host.stderr()).isZero();
        return host.api.last(ApiRequest.SubmitJobs.class).jobs();
    }

    private ClassAd one(String description) {
        List<ClassAd> jobs = submit("executable = /bin/prog\n" + description + "\nqueue\n");
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    private String refused(String description) {
        host.api.requests.clear();
        host.file("job.sub", description);
        assertThat(host.run("condor_submit", "job.sub")).isEqualTo(1);
        assertThat(host.api.requests).isEmpty();
        return host.stderr();
    }

    private static List<String> strings(List<ClassAd> jobs, String attribute) {
        return jobs.stream().map(job -> job.getString(attribute).orElse(null)).toList();
    }

    @Test
    void theSmallestDescriptionMakesAVanillaJob() {
        ClassAd job = one("");
        assertThat(host.stdout())
                .isEqualTo("Submitting job(s).\n1 job(s) submitted to cluster 12.\n");
        assertThat(job.getInteger("JobUniverse")).hasValue(5);
        assertThat(job.getInteger("JobStatus")).hasValue(1);
        assertThat(job.getString("Cmd")).contains("/bin/prog");
        assertThat(job.getString("Iwd")).contains("/home/coduser");
        assertThat(job.getString("In")).contains("/dev/null");
        assertThat(job.getString("Out")).contains("/dev/null");
        assertThat(job.getInteger("RequestCpus")).hasValue(1);
        assertThat(job.lookup("Requirements")).hasToString("true");
        assertThat(job.lookup("OnExitRemove")).hasToString("true");
        assertThat(job.has("ClusterId")).isFalse();
        assertThat(job.has("Owner")).isFalse();
    }

    @Test
    void macrosAreReplacedForEachJobAndTheClusterIsLeftToTheNode() {
        List<ClassAd> jobs =
                submit(
                        """
                        Executable = /bin/prog
                        base = run.$(Cluster)
                        Output = $(base).$(Process).out
                        args = $(nothing:none) $$(OpSys) $(DOLLAR)
                        +Both = $(ClusterId) + $(Process)
                        My.Text = "c $(Cluster)"
                        Queue 2
                        """);
        assertThat(strings(jobs, "Out"))
                .containsExactly("run.$(Cluster).0.out", "run.$(Cluster).1.out");
        assertThat(jobs.get(1).getString("Args")).contains("none $$(OpSys) $");
        assertThat(jobs.get(1).lookup("Both")).hasToString("ClusterId + 1");
        assertThat(jobs.get(1).getString("Text")).contains("c $(Cluster)");
        assertThat(host.stdout())
                .isEqualTo("Submitting job(s)..\n2 job(s) submitted to cluster 12.\n");
        assertThat(jobs.get(0).getInteger("TotalSubmitProcs")).hasValue(2);
    }

    @Test
    void aValueThatNamesItselfTakesItsOldValue() {
        assertThat(one("a = 1\na = $(a)2\na = $(A)3\narguments = $(a)").getString("Args"))
                .contains("123");
    }

    @Test
    void laterSettingsHoldForLaterQueueStatements() {
        List<ClassAd> jobs =
                submit("executable=/bin/prog\narguments=a\nqueue\narguments=b\nqueue 2\n");
        assertThat(strings(jobs, "Args")).containsExactly("a", "b", "b");
    }

    @Test
    void itemsComeFromAListInOneLine() {
        String head = "executable = /bin/prog\narguments = $(Item)/$(n) $(ItemIndex) $(Step)\n";
        assertThat(strings(submit(head + "queue n in (a, b c)\n"), "Args"))
                .containsExactly("/a 0 0", "/b 1 0", "/c 2 0");
        assertThat(strings(submit(head + "queue 2 in x y\n"), "Args"))
                .containsExactly("x/ 0 0", "x/ 0 1", "y/ 1 0", "y/ 1 1");
    }

    @Test
    void itemsComeFromAListOfSeveralLines() {
        String text =
                "executable = /bin/prog\narguments = $(a)-$(b)\n"
                        + "queue a,b from (\n  1, one thing\n# no\n  2 two\n)\n";
        assertThat(strings(submit(text), "Args")).containsExactly("1-one thing", "2-two");
    }

    @Test
    void itemsComeFromAFileAndMayBeSliced() {
        host.file("items", "a\nb\n\n# no\nc\nd\n");
        String head = "executable = /bin/prog\n";
        assertThat(strings(submit(head + "queue arguments from items\n"), "Args"))
                .containsExactly("a", "b", "c", "d");
        assertThat(strings(submit(head + "queue arguments from [1:3] items\n"), "Args"))
                .containsExactly("b", "c");
        assertThat(strings(submit(head + "queue arguments from [::2] items\n"), "Args"))
                .containsExactly("a", "c");
        assertThat(strings(submit(head + "queue arguments from [-1] items\n"), "Args"))
                .containsExactly("d");
    }

    @Test
    void itemsComeFromMatchingFileNames() {
        host.file("in/b.dat", "1")
                .file("in/a.dat", "2")
                .file("in/c.txt", "3")
                .file("in/.d.dat", "");
        String head = "executable = /bin/prog\narguments = $(f) $Fn(f) $Fx(f) $Fd(f) $Fp(f)\n";
        assertThat(strings(submit(head + "queue f matching files in/*.dat\n"), "Args"))
                .containsExactly("in/a.dat a .dat in/ in/", "in/b.dat b .dat in/ in/");
        assertThat(strings(submit(head + "queue f matching dirs *\n"), "Args"))
                .containsExactly("in in");
        assertThat(strings(submit(head + "queue f matching i?/[a-b].*\n"), "Args")).hasSize(2);
    }

    @Test
    void conditionsChooseLines() {
        String text =
                """
                executable = /bin/prog
                if defined big
                  arguments = big
                elif false
                  arguments = never $(
                else
                  if 0
                    queue 5
                  else
                    arguments = small
                  endif
                endif
                queue
                """;
        assertThat(strings(submit(text), "Args")).containsExactly("small");
        assertThat(strings(submit(text, "big=1"), "Args")).containsExactly("big");
    }

    @Test
    void argumentsHaveTwoSyntaxes() {
        assertThat(one("arguments = a \\\"b\\\" c").getString("Args")).contains("a \"b\" c");
        ClassAd modern = one("arguments = \"a 'b c' it''s \"\"q\"\"\"");
        assertThat(modern.getString("Arguments")).contains("a 'b c' it''s \"q\"");
        assertThat(modern.has("Args")).isFalse();
        assertThat(refused("executable=/bin/prog\narguments = \"a\nqueue\n"))
                .contains("on Line 2 of submit file: arguments begins with a double quote");
        assertThat(refused("executable=/bin/prog\narguments = a \"b\" c\nqueue\n"))
                .contains("on Line 2 of submit file: arguments: a double quote");
        assertThat(refused("executable=/bin/prog\narguments = \"a 'b\"\nqueue\n"))
                .contains("single quote without a partner");
    }

    @Test
    void environmentHasTwoSyntaxesAndCanBeInherited() {
        assertThat(one("environment = A=1;B=two words;").getString("Environment"))
                .contains("A=1 'B=two words'");
        assertThat(one("environment = \"A=1 B='it''s'\"").getString("Environment"))
                .contains("A=1 'B=it''s'");
        host.environment.clear();
        host.environment.put("PATH", "/bin");
        host.environment.put("LC_ALL", "C");
        host.environment.put("LC_X", "D");
        assertThat(one("getenv = true\nenvironment = PATH=/mine").getString("Environment"))
                .contains("LC_ALL=C LC_X=D PATH=/mine");
        assertThat(one("getenv = LC_*, !LC_X").getString("Environment")).contains("LC_ALL=C");
        assertThat(one("getenv = false").has("Environment")).isFalse();
        assertThat(refused("executable=/bin/prog\nenvironment = A\nqueue\n"))
                .contains("Missing '=' after environment variable 'A'.");
        assertThat(refused("executable=/bin/prog\nenvironment = =A\nqueue\n"))
                .contains("missing variable in '=A'.");
    }

    @Test
    void pathsAreRelativeToTheJobsDirectoryButTheExecutableToTheUsers() {
        host.file("sub/in.txt", "x");
        List<ClassAd> jobs =
                submit(
                        "executable = here\ninitialdir = sub\ninput = in.txt\nlog = job.log\n"
                                + "log_xml = true\nqueue\n");
        ClassAd job = jobs.get(0);
        assertThat(job.getString("Cmd")).contains("/home/coduser/here");
        assertThat(job.getString("Iwd")).contains("/home/coduser/sub");
        assertThat(job.getString("In")).contains("in.txt");
        assertThat(job.getString("UserLog")).contains("/home/coduser/sub/job.log");
        assertThat(job.getBoolean("UserLogUseXML")).contains(true);
    }

    @Test
    void resourcesBecomeRequestsAndClausesUnlessTheUserSpeaksOfThem() {
        ClassAd job = one("request_memory = 2 GB\nrequest_disk = 1G\nrequest_GPUs = 1");
        assertThat(job.getInteger("RequestMemory")).hasValue(2048);
        assertThat(job.getInteger("RequestDisk")).hasValue(1 << 20);
        assertThat(job.lookup("Requirements"))
                .hasToString(
                        "(TARGET.Memory >= RequestMemory) && (TARGET.Disk >= RequestDisk) &&"
                                + " (TARGET.GPUs >= RequestGPUs)");
        assertThat(one("request_memory = 100\nrequirements = Memory > 5").lookup("Requirements"))
                .hasToString("(Memory > 5)");
        assertThat(one("requirements = Arch == \"X86_64\" || true").lookup("Requirements"))
                .hasToString("(Arch == \"X86_64\" || true)");
    }

    @Test
    void simpleCommandsBecomeAttributes() {
        ClassAd job =
                one(
                        """
                        priority = 5
                        rank = Memory
                        hold = true
                        kill_sig = quit
                        remove_kill_sig = 9
                        periodic_remove = JobStatus == 5
                        on_exit_hold = ExitCode != 0
                        batch_name = "my batch"
                        notification = Error
                        nice_user = yes
                        """);
        assertThat(job.getInteger("JobPrio")).hasValue(5);
        assertThat(job.lookup("Rank")).hasToString("Memory");
        assertThat(job.getInteger("JobStatus")).hasValue(5);
        assertThat(job.getInteger("HoldReasonCode")).hasValue(15);
        assertThat(job.getString("KillSig")).contains("SIGQUIT");
        assertThat(job.getInteger("RemoveKillSig")).hasValue(9);
        assertThat(job.lookup("PeriodicRemove")).hasToString("JobStatus == 5");
        assertThat(job.lookup("OnExitHold")).hasToString("ExitCode != 0");
        assertThat(job.getString("JobBatchName")).contains("my batch");
        assertThat(job.getInteger("JobNotification")).hasValue(3);
        assertThat(job.getBoolean("NiceUser")).contains(true);
    }

    @Test
    void javaJobsNeedAMainClass() {
        host.file("Main.class", "x");
        ClassAd job =
                submit(
                                "universe = java\nexecutable = Main.class\narguments = Main a\n"
                                        + "jar_files = a.jar\njava_vm_args = -Xmx1g\nqueue\n")
                        .get(0);
        assertThat(job.getInteger("JobUniverse")).hasValue(10);
        assertThat(job.getString("JarFiles")).contains("a.jar");
        assertThat(job.lookup("Requirements")).hasToString("(TARGET.HasJava)");
        assertThat(refused("universe = java\nexecutable = Main.class\nqueue\n"))
                .contains("the main class comes first");
    }

    @Test
    void standardJobsWantCheckpointsUnlessToldOtherwise() {
        ClassAd job = one("universe = standard");
        assertThat(job.getInteger("JobUniverse")).hasValue(1);
        assertThat(job.getBoolean("WantCheckpoint")).contains(true);
        assertThat(job.getBoolean("WantRemoteSyscalls")).contains(false);
        assertThat(job.getInteger("MaxJobRetirementTime")).hasValue(0);
        ClassAd without =
                one("universe = standard\n+WantCheckpoint = False\nmax_job_retirement_time = 60");
        assertThat(without.getBoolean("WantCheckpoint")).contains(false);
        assertThat(without.getInteger("MaxJobRetirementTime")).hasValue(60);
        assertThat(one("").has("WantCheckpoint")).isFalse();
    }

    @Test
    void aProgramThatCannotBeCheckpointedIsRefusedWithTheReason() {
        host.checks.put(
                "/bin/prog",
                new CommandHost.ProgramCheck(
                        "it is static; link it with condor_compile", List.of()));
        assertThat(refused("universe = standard\nexecutable = /bin/prog\nqueue\n"))
                .contains(
                        "/bin/prog cannot run in the standard universe: it is static; link it with"
                                + " condor_compile. Universe vanilla takes it as it is");
    }

    @Test
    void aWarningAboutAProgramIsGivenOnceAndNotAtAllForAStartupScript() {
        host.checks.put("/bin/prog", new CommandHost.ProgramCheck("", List.of("it is a script")));
        submit("universe = standard\nexecutable = /bin/prog\nqueue 3\n");
        assertThat(host.stderr()).isEqualTo("WARNING: /bin/prog: it is a script\n");
        ClassAd job = one("universe = standard\nallow_startup_script = True");
        assertThat(host.stderr()).isEmpty();
        assertThat(job.getBoolean("AllowStartupScript")).contains(true);
    }

    @Test
    void commandsAboutRemoteFilesAreRefusedOrWarnedOf() {
        one("universe = standard\nbuffer_size = 1000\nwant_remote_io = False");
        assertThat(host.stderr())
                .isEqualTo(
                        """
                        WARNING: buffer_size has no effect: files are used where they are
                        WARNING: want_remote_io has no effect: files are used where they are
                        """);
        for (String command : List.of("append_files", "compress_files", "file_remaps")) {
            assertThat(
                            refused(
                                    "universe = standard\nexecutable = /bin/prog\n"
                                            + command
                                            + " = a\nqueue\n"))
                    .contains("Line 3", command + " is not supported");
        }
    }

    @Test
    void jobsThatCheckpointThemselvesSayHow() {
        ClassAd job =
                one(
                        """
                        checkpoint_exit_code = 85
                        transfer_checkpoint_files = state.dat, log
                        preserve_relative_paths = true
                        +WantCheckpointSignal = True
                        +CheckpointSig = "SIGUSR1"
                        job_max_vacate_time = 30
                        """);
        assertThat(job.getInteger("SuccessCheckpointExitCode")).hasValue(85);
        assertThat(job.getBoolean("WantFTOnCheckpoint")).contains(true);
        assertThat(job.getString("TransferCheckpoint")).contains("state.dat, log");
        assertThat(job.getBoolean("PreserveRelativePaths")).contains(true);
        assertThat(job.getBoolean("WantCheckpointSignal")).contains(true);
        assertThat(job.getString("CheckpointSig")).contains("SIGUSR1");
        assertThat(job.getInteger("JobMaxVacateTime")).hasValue(30);
        assertThat(one("transfer_checkpoint_files =").getString("TransferCheckpoint")).contains("");
        assertThat(one("").has("TransferCheckpoint")).isFalse();
    }

    @Test
    void unusedLinesAreReportedWithTheNameThatMayHaveBeenMeant() {
        one("argumnets = 5\nunusedname = 1\nused = 2\narguments = $(used)");
        assertThat(host.stderr())
                .isEqualTo(
                        """
                        WARNING: the line 'argumnets = 5' was unused by condor_submit. Is it a typo?
                        hint: did you mean 'arguments'?
                        WARNING: the line 'unusedname = 1' was unused by condor_submit. Is it a typo?
                        """);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "queue|ERROR: on Line 1 of submit file: No 'executable' parameter was provided",
                "exectuable = /bin/prog;queue|was provided; is 'exectuable' meant to be it?",
                "executable = /bin/prog|ERROR: the submit file has no 'queue' statement",
                "executable = /no;queue|on Line 1 of submit file: Executable file /no does not exist",
                "executable = data;queue|may not be executed",
                "executable = sub;queue|is not a file",
                "universe = parallel;executable=/bin/prog;queue|universe 'parallel' is not supported",
                "universe = nonsense;executable=/bin/prog;queue|I don't know about the 'nonsense'",
                "executable=/bin/prog;initialdir=nowhere;queue|on Line 2 of submit file: No such dir",
                "executable=/bin/prog;input=nowhere;queue|Can't open",
                "executable=/bin/prog;output=no/where;queue|No such directory",
                "executable=/bin/prog;requirements = a ==;queue|Parse error in expression",
                "executable=/bin/prog;checkpoint_exit_code = 256;queue|must be an exit status",
                "executable=/bin/prog;checkpoint_destination = x;queue|is not supported",
                "universe=1;executable=/bin/prog;checkpoint_exit_code=5;queue|checkpoint themselves",
                "executable=/bin/prog;hold = perhaps;queue|neither true nor false",
                "executable=/bin/prog;kill_sig = !!;queue|is no signal",
                "executable=/bin/prog;notification=x;queue|Notification must be",
                "executable=/bin/prog;queue many|does not say how many",
                "executable=/bin/prog;queue 20000|more than 10000 jobs",
                "executable=/bin/prog;queue 0|asks for no jobs",
                "executable=/bin/prog;queue x from nowhere|failed to open 'nowhere': errno 2",
                "executable=/bin/prog;queue x from ls *.c #|failed to open",
                "executable=/bin/prog;queue x in (a|has no closing bracket",
                "executable=/bin/prog;queue x in (|the list of items has no end",
                "executable=/bin/prog;queue 9x in (a)|is no name for a variable",
                "executable=/bin/prog;if true;queue|if without endif",
                "endif|endif without if",
                "if maybe;endif|neither true nor false nor a number",
                "what is this|is neither name = value nor a queue statement",
                "a=$(b);b=$(a);executable=$(a);queue|macros refer to each other",
                "executable=$NOSUCH(x);queue|there is no macro function '$NOSUCH'",
                "executable=/bin/prog;arguments=$RANDOM_INTEGER(5);queue|takes min,max",
                "executable=/bin/prog;+9x = 1;queue|is neither name = value",
            })
    void mistakesAreRefusedWithWhereTheyAre(String description, String expected) {
        host.file("data", "x").file("sub/x", "y");
        assertThat(refused(description.replace(';', '\n') + "\n")).contains(expected);
    }

    @Test
    void aScriptWithTheLineEndingsOfAnotherSystemIsRefused() {
        host.program("dos.sh").file("dos.sh", "#!/bin/sh\r\necho hello\r\n");
        host.program("own.sh").file("own.sh", "#!/bin/sh\necho 'hello\r'\n");

        assertThat(refused("executable = dos.sh\nqueue\n"))
                .contains("on Line 1 of submit file: ")
                .contains("dos.sh is a script with CRLF (DOS/Windows) line endings");
        host.file("job.sub", "executable = own.sh\nqueue\n");
        assertThat(host.run("condor_submit", "job.sub")).isZero();
    }

    @Test
    void macrosThatGrowWithoutEndAreRefused() {
        StringBuilder bomb = new StringBuilder("m0 = xxxxxxxxxx\n");
        for (int i = 1; i <= 30; i++) {
            bomb.append("m" + i + " = $(m" + (i - 1) + ")$(m" + (i - 1) + ")\n");
        }
        bomb.append("executable = /bin/prog\narguments = $(m30)\nqueue\n");
        assertThat(refused(bomb.toString())).containsAnyOf("too many macros", "is longer than");
    }

    @Test
    void aDescriptionMayComeFromStandardInput() {
        host.stdin("executable = /bin/prog\nqueue\n");
        assertThat(host.run("condor_submit")).isZero();
        assertThat(host.run("condor_submit", "-")).isZero();
    }

    @Test
    void statementsMayBeAppendedAndTheQueueReplaced() {
        host.file("job.sub", "executable = /bin/prog\narguments = $(x)\nqueue 7\n");
        host.run(
                "condor_submit",
                "job.sub",
                "-a",
                "x = 1",
                "-batch-name",
                "b",
                "-queue",
                "x",
                "in",
                "5",
                "6");
        List<ClassAd> jobs = host.api.last(ApiRequest.SubmitJobs.class).jobs();
        assertThat(strings(jobs, "Args")).containsExactly("5", "6");
        assertThat(strings(jobs, "JobBatchName")).containsExactly("b", "b");
    }

    @Test
    void aDryRunSendsNothing() {
        host.file("job.sub", "executable = /bin/prog\nqueue 2\n");
        assertThat(host.run("condor_submit", "job.sub", "-dry-run", "out")).isZero();
        assertThat(host.stdout()).isEqualTo("Dry-Run job(s)..\n2 job(s) dry-run to cluster 1.\n");
        assertThat(host.text("out")).contains("Cmd = \"/bin/prog\"\n").endsWith("\n\n");
        assertThat(host.api.requests).isEmpty();
    }

    @Test
    void theClusterCanBeHadAsJsonOrTersely() {
        submit("executable = /bin/prog\nqueue 3\n", "-json");
        assertThat(host.stdout()).isEqualTo("{\n  \"cluster\": 12,\n  \"jobs\": 3\n}\n");
        submit("executable = /bin/prog\nqueue 3\n", "-terse");
        assertThat(host.stdout()).isEqualTo("12.0 - 12.2\n");
        submit("executable = /bin/prog\nlog = l.$(cluster)\nqueue\n", "-verbose");
        assertThat(host.stdout()).startsWith("\n** Proc 12.0:\n").contains("/l.12\"\n");
    }

    /** Whatever the text, the command ends with a status and a sentence, never with a throw. */
    @Test
    void noTextBreaksTheParser() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String[] pieces = {
            "queue ",
            "in ",
            "from ",
            "matching ",
            "(",
            ")",
            "[",
            "]",
            ":",
            "$(",
            "$$(",
            "$F(",
            "$ENV(",
            "$RANDOM_CHOICE(",
            "a",
            "executable",
            " = ",
            "/bin/prog",
            "\n",
            "\\\n",
            "#",
            "if ",
            "else\n",
            "endif\n",
            "+",
            "My.",
            "\"",
            "'",
            ",",
            "1",
            "\u0000",
            "\uD800",
            "%",
            "arguments",
            "environment",
            "requirements",
            "request_memory",
            "$INT(a,%d)",
            "*",
            "../"
        };
        for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder();
            if (random.nextBoolean()) {
                text.append("executable = /bin/prog\n");
            }
            int length = random.nextInt(30);
            for (int i = 0; i < length; i++) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            if (random.nextBoolean()) {
                text.append("\nqueue\n");
            }
            host.file("job.sub", text.toString());
            assertThat(host.run("condor_submit", "job.sub")).as(text.toString()).isBetween(0, 1);
        }
    }
}
