// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is read from the machine, with directories in place of /proc and /dev. */
@Timeout(60)
class MachineLoadTest {
    private final TestClock clock = new TestClock(Instant.parse("2026-11-21T09:00:00Z"));

    @TempDir Path directory;
    private Path proc;
    private Path devices;
    private MachineLoad load;

    @BeforeEach
    void anEmptyMachine() throws IOException {
        proc = Files.createDirectory(directory.resolve("proc"));
        devices = Files.createDirectory(directory.resolve("dev"));
        Files.createDirectory(devices.resolve("pts"));
        load = machine(List.of("mouse", directory.resolve("button").toString()));
    }

    private MachineLoad machine(List<String> console) {
        return new MachineLoad(new MachineLoad.Places(proc, devices, directory, console), clock);
    }

    /** Reads again, later than what was read before is fresh. */
    private MachineLoad.Reading after(Duration time) {
        clock.advance(time);
        return load.read();
    }

    private void used(Path device, Duration ago) throws IOException {
        Files.write(device, new byte[0]);
        FileTime time = FileTime.from(clock.instant().minus(ago));
        Files.getFileAttributeView(device, BasicFileAttributeView.class).setTimes(null, time, null);
    }

    @Test
    void aContainerWithoutTerminalsHasNeverSeenAnybody() {
        MachineLoad.Reading reading = load.read();
        assertThat(reading.keyboardIdle()).isEqualTo(2147483647);
        assertThat(reading.consoleIdle()).isEmpty();
        assertThat(reading.loadAverage()).isZero();
        assertThat(reading.virtualMemoryKib()).isZero();
        assertThat(reading.diskKib()).isPositive();
    }

    @Test
    void theTerminalThatWasUsedLastCounts() throws IOException {
        used(devices.resolve("pts/0"), Duration.ofSeconds(50));
        used(devices.resolve("pts/7"), Duration.ofSeconds(20));
        used(devices.resolve("tty1"), Duration.ofSeconds(30));
        used(devices.resolve("pts/ptmx"), Duration.ZERO);
        MachineLoad.Reading reading = load.read();
        assertThat(reading.keyboardIdle()).isEqualTo(20);
        assertThat(reading.consoleIdle()).isEmpty();
    }

    @Test
    void aConsoleDeviceCountsForTheConsoleAndTheKeyboard() throws IOException {
        used(devices.resolve("pts/0"), Duration.ofSeconds(50));
        used(devices.resolve("mouse"), Duration.ofSeconds(9));
        MachineLoad.Reading reading = load.read();
        assertThat(reading.keyboardIdle()).isEqualTo(9);
        assertThat(reading.consoleIdle()).isEqualTo(OptionalLong.of(9));
        used(directory.resolve("button"), Duration.ZERO);
        assertThat(after(Duration.ofSeconds(2)).consoleIdle()).isEqualTo(OptionalLong.of(2));
    }

    @Test
    void interruptsOfKeyboardAndMouseShowUseWhenTheyGrow() throws IOException {
        interrupts(5, 7);
        assertThat(load.read().consoleIdle()).isEqualTo(OptionalLong.of(0));
        assertThat(after(Duration.ofSeconds(100)).consoleIdle()).isEqualTo(OptionalLong.of(100));
        interrupts(5, 8);
        assertThat(after(Duration.ofSeconds(100)).keyboardIdle()).isZero();
        assertThat(after(Duration.ofSeconds(3)).keyboardIdle()).isEqualTo(3);
    }

    private void interrupts(int keyboard, int mouse) throws IOException {
        Files.writeString(
                proc.resolve("interrupts"),
                "           CPU0       CPU1\n"
                        + "  1:          "
                        + keyboard
                        + "          0   IO-APIC   1-edge      i8042\n"
                        + " 12:          0          "
                        + mouse
                        + "   IO-APIC  12-edge      i8042\n"
                        + " 24:       "
                        + clock.millis() % 1000
                        + "          3   PCI-MSI  eth0\n");
    }

    @Test
    void aClockThatWasSetBackMakesNobodyIdle() throws IOException {
        used(devices.resolve("pts/0"), Duration.ofSeconds(-500));
        assertThat(load.read().keyboardIdle()).isZero();
    }

    @Test
    void loadAndMemoryAreTheKernels() throws IOException {
        Files.writeString(proc.resolve("loadavg"), "1.25 0.90 0.70 2/345 6789\n");
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:  8000000 kB\nMemFree:   1000000 kB\nSwapTotal: 500 kB\nSwapFree: 24 kB\n");
        MachineLoad.Reading reading = load.read();
        assertThat(reading.loadAverage()).isEqualTo(1.25);
        assertThat(reading.virtualMemoryKib()).isEqualTo(1_000_024);
    }

    @Test
    void damagedFilesCountAsNothing() throws IOException {
        Files.writeString(proc.resolve("loadavg"), "");
        Files.writeString(proc.resolve("meminfo"), "MemFree: many kB\n");
        Files.writeString(proc.resolve("interrupts"), "i8042\n\n");
        MachineLoad.Reading reading = load.read();
        assertThat(reading.loadAverage()).isZero();
        assertThat(reading.virtualMemoryKib()).isZero();
    }

    @Test
    void howeverManySlotsAskItIsReadOnceASecond() throws IOException {
        Files.writeString(proc.resolve("loadavg"), "1.0 ");
        assertThat(load.read().loadAverage()).isEqualTo(1);
        Files.writeString(proc.resolve("loadavg"), "2.0 ");
        assertThat(after(Duration.ofMillis(900)).loadAverage()).isEqualTo(1);
        assertThat(after(Duration.ofMillis(200)).loadAverage()).isEqualTo(2);
    }
}
