// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UserLogTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final UserLogFormat TEXT = UserLogFormat.of("", BERLIN);
    private static final UserLogReader READER = new UserLogReader(BERLIN, LocalDate.of(2026, 2, 1));

    @TempDir Path directory;

    @Test
    void everyEventIsWrittenToTheByte() throws IOException {
        assertThat(written(TEXT)).isEqualTo(golden("events.log"));
    }

    @Test
    void everyEventIsWrittenAsXmlToTheByte() throws IOException {
        assertThat(written(TEXT.withXml(true))).isEqualTo(golden("events.xml"));
    }

    @Test
    void isoDatesAndUniversalTimeAreOptions() throws IOException {
        assertThat(firstLine(UserLogFormat.of("iso_date", BERLIN)))
                .startsWith("000 (023.005.000) 2026-01-31 10:05:07 Job submitted");
        assertThat(firstLine(UserLogFormat.of("ISO_DATE, UTC", BERLIN)))
                .startsWith("000 (023.005.000) 2026-01-31 09:05:07Z Job submitted");
        assertThat(firstLine(UserLogFormat.of("UTC", BERLIN)))
                .startsWith("000 (023.005.000) 01/31 09:05:07 Job submitted");
        assertThat(firstLine(UserLogFormat.of("ISO_DATE LEGACY", BERLIN)))
                .startsWith("000 (023.005.000) 01/31 10:05:07 Job submitted");
    }

    @Test
    void theReaderReadsBackWhatTheWriterWrote() throws IOException {
        assertThat(READER.parse(golden("events.log"))).isEqualTo(AllEvents.entries());
        assertThat(READER.parse(golden("events.xml"))).isEqualTo(AllEvents.entries());
        assertThat(READER.parse(written(UserLogFormat.of("ISO_DATE UTC", BERLIN))))
                .isEqualTo(AllEvents.entries());
    }

    @Test
    void anEventThatIsStillBeingWrittenIsLeftOut() throws IOException {
        String log = golden("events.log");
        int last = log.lastIndexOf("021 (");
        for (int end = last; end < log.length() - 4; end++) {
            assertThat(READER.parse(log.substring(0, end))).hasSize(AllEvents.entries().size() - 1);
        }
    }

    @Test
    void whatIsNoLogIsRefusedWithTheLineNumber() {
        assertThatThrownBy(() -> READER.parse("001 (1.0.0) 01/31 10:05:07 Job\n...\n"))
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> READER.parse("hello\n...\n")).hasMessageContaining("line 2");
    }

    @Test
    void aReasonCannotForgeAnEvent() throws IOException {
        String reason = "x\n...\n005 (001.000.000) 01/01 00:00:00 Job terminated.\n";
        Path log = directory.resolve("log");
        append(log, TEXT, new JobEvent.Aborted(Optional.of(reason)));
        append(log, TEXT, new JobEvent.RemoteError("starter", "<h:1>", reason, true));
        List<UserLogEntry> read = READER.parse(Files.readString(log));
        assertThat(read).extracting(entry -> entry.event().number()).containsExactly(9, 21);
    }

    @Test
    void aNewLogIsCreatedForTheGroupToReadAndWrite() throws IOException {
        Path log = directory.resolve("log");
        append(log, TEXT, new JobEvent.Unsuspended());
        assertThat(Files.getPosixFilePermissions(log))
                .contains(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
                .doesNotContain(PosixFilePermission.OTHERS_WRITE)
                .doesNotContain(PosixFilePermission.OWNER_EXECUTE);
    }

    @Test
    void aLogThatCannotBeOpenedIsAnError() throws IOException {
        assertThatThrownBy(() -> open(directory)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open(directory.resolve("missing/log")))
                .isInstanceOf(IOException.class);
        Path fifo = directory.resolve("fifo");
        new ProcessBuilder("mkfifo", fifo.toString()).start().onExit().join();
        assertThatThrownBy(() -> open(fifo)).hasMessageContaining("is not a file");
    }

    @Test
    void theNullDeviceIsAnAcceptableLog() throws IOException {
        append(Path.of("/dev/null"), TEXT, new JobEvent.Unsuspended());
    }

    @Test
    void manyWritersOfOneLogLoseNothing() throws Exception {
        Path log = directory.resolve("log");
        List<Thread> threads = new ArrayList<>();
        for (int proc = 0; proc < 8; proc++) {
            UserLogWriter writer = open(log);
            int number = proc;
            Thread thread =
                    new Thread(
                            () -> {
                                try (writer) {
                                    for (int i = 0; i < 25; i++) {
                                        writer.append(
                                                new UserLogEntry(
                                                        1,
                                                        number,
                                                        AllEvents.TIME,
                                                        new JobEvent.Suspended(i)));
                                    }
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(READER.parse(Files.readString(log))).hasSize(200);
    }

    private String written(UserLogFormat format) throws IOException {
        Path log = Files.createTempDirectory(directory, "log").resolve("events");
        try (UserLogWriter writer = UserLogWriter.open(log, format, OpenAsUser.SELF)) {
            for (UserLogEntry entry : AllEvents.entries()) {
                writer.append(entry);
            }
        }
        return Files.readString(log);
    }

    private String firstLine(UserLogFormat format) throws IOException {
        return written(format).lines().findFirst().orElseThrow();
    }

    private static UserLogWriter open(Path log) throws IOException {
        return UserLogWriter.open(log, TEXT, OpenAsUser.SELF);
    }

    private static void append(Path log, UserLogFormat format, JobEvent event) throws IOException {
        try (UserLogWriter writer = UserLogWriter.open(log, format, OpenAsUser.SELF)) {
            writer.append(new UserLogEntry(1, 0, AllEvents.TIME, event));
        }
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = UserLogTest.class.getResourceAsStream("/userlog/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
