// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Named places where a test can make the program fail. Always compiled in, and armed only by a
 * system property {@code roost.failpoint.NAME} or from a test: {@code halt} ends the process as
 * kill -9 would, {@code halt#3} does so the third time, {@code error} throws.
 */
public final class FailPoint {

    private static final String PREFIX = "roost.failpoint.";
    private static final Map<String, Runnable> ARMED = new ConcurrentHashMap<>();

    static {
        System.getProperties()
                .forEach(
                        (name, value) -> {
                            if (name.toString().startsWith(PREFIX)) {
                                String point = name.toString().substring(PREFIX.length());
                                arm(point, action(point, value.toString()));
                            }
                        });
    }

    private FailPoint() {}

    /** Fails here if a test wants it. */
    public static void hit(String name) {
        if (!ARMED.isEmpty()) {
            ARMED.getOrDefault(name, () -> {}).run();
        }
    }

    public static void arm(String name, Runnable action) {
        ARMED.put(name, action);
    }

    public static void disarm(String name) {
        ARMED.remove(name);
    }

    private static Runnable action(String point, String what) {
        return switch (what) {
            case "halt" -> () -> Runtime.getRuntime().halt(137);
            case "error" ->
                    () -> {
                        throw new IllegalStateException("fail point " + point);
                    };
            case "halt#2", "halt#3" -> {
                AtomicInteger left = new AtomicInteger(what.charAt(what.length() - 1) - '0');
                yield () -> {
                    if (left.decrementAndGet() == 0) {
                        Runtime.getRuntime().halt(137);
                    }
                };
            }
            default -> throw new IllegalArgumentException("fail point " + point + "=" + what);
        };
    }
}
