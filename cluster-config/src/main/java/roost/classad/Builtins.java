// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** All functions of the language, by name. */
final class Builtins {
    private static final Map<String, Builtin> BY_NAME = new HashMap<>();

    static {
        TypeBuiltins.register(Builtins::add);
        NumberBuiltins.register(Builtins::add);
        ListBuiltins.register(Builtins::add);
        StringBuiltins.register(Builtins::add);
        StringListBuiltins.register(Builtins::add);
        RegexBuiltins.register(Builtins::add);
        TimeBuiltins.register(Builtins::add);
        ExprBuiltins.register(Builtins::add);
        JobBuiltins.register(Builtins::add);
    }

    private Builtins() {}

    /** Where the families of functions put theirs. */
    interface Registry {
        void add(String name, Builtin function);
    }

    private static void add(String name, Builtin function) {
        Builtin earlier = BY_NAME.put(name.toLowerCase(Locale.ROOT), function);
        if (earlier != null) {
            throw new AssertionError("two functions " + name);
        }
    }

    /** The function of that name in any case, or null. */
    static Builtin find(String name) {
        return BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    /** The names of all functions, in lower case. */
    static Set<String> names() {
        return Set.copyOf(BY_NAME.keySet());
    }
}
