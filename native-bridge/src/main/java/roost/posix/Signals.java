// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Signal numbers of Linux on x86-64 and arm64, which agree. */
public final class Signals {
    public static final int HUP = 1;
    public static final int INT = 2;
    public static final int QUIT = 3;
    public static final int KILL = 9;
    public static final int USR1 = 10;
    public static final int USR2 = 12;
    public static final int TERM = 15;
    public static final int CONT = 18;
    public static final int STOP = 19;
    public static final int TSTP = 20;

    /** The highest real-time signal. */
    private static final int MAX = 64;

    private static final List<String> NAMES =
            List.of(
                    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1",
                    "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
                    "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
                    "PWR", "SYS");

    private Signals() {}

    /**
     * The number of a signal as users write it: {@code SIGQUIT}, {@code quit} or {@code 3}. Empty
     * for anything else; it is for the caller to say what an unknown name means.
     */
    public static OptionalInt parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (name.matches("[0-9]{1,2}")) {
            int number = Integer.parseInt(name);
            return number >= 1 && number <= MAX ? OptionalInt.of(number) : OptionalInt.empty();
        }
        int index = NAMES.indexOf(name.startsWith("SIG") ? name.substring(3) : name);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
    }

    /** {@code SIGTERM} for 15; {@code signal 40} for one without a name. */
    public static String name(int number) {
        return number >= 1 && number <= NAMES.size()
                ? "SIG" + NAMES.get(number - 1)
                : "signal " + number;
    }
}
