// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.time.Clock;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What evaluation takes from outside, so that the same inputs give the same answer.
 *
 * @param mode the dialect's rules
 * @param clock the time, and the time zone of local times
 * @param seed for {@code random()}; absent means a new one each time
 * @param accounts answers {@code userHome} and {@code userMap}
 * @param debug receives what {@code debug()} has to say, one line a call
 */
public record EvalContext(
        Mode mode, Clock clock, OptionalLong seed, Accounts accounts, Consumer<String> debug) {

    /** Old mode, the system's clock and accounts, debug output dropped. */
    public static final EvalContext DEFAULT =
            new EvalContext(
                    Mode.OLD,
                    Clock.systemDefaultZone(),
                    OptionalLong.empty(),
                    Accounts.SYSTEM,
                    line -> {});

    public static final EvalContext STRICT = DEFAULT.withMode(Mode.STRICT);

    public static EvalContext of(Mode mode) {
        return mode == Mode.STRICT ? STRICT : DEFAULT;
    }

    public EvalContext withMode(Mode other) {
        return new EvalContext(other, clock, seed, accounts, debug);
    }

    public EvalContext withClock(Clock other) {
        return new EvalContext(mode, other, seed, accounts, debug);
    }

    public EvalContext withSeed(long other) {
        return new EvalContext(mode, clock, OptionalLong.of(other), accounts, debug);
    }

    public EvalContext withAccounts(Accounts other) {
        return new EvalContext(mode, clock, seed, other, debug);
    }

    public EvalContext withDebug(Consumer<String> other) {
        return new EvalContext(mode, clock, seed, accounts, other);
    }
}
