// SPDX-License-Identifier: Apache-2.0
package roost.starter;

/** Hears a starter's events, one at a time, on the reactor's thread: it must not block. */
@FunctionalInterface
public interface StarterListener {
    void onEvent(StarterConnection connection, StarterEvent event);
}
