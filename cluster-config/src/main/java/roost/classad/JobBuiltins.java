// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Functions that HTCondor added: environments and arguments of jobs, accounts. */
final class JobBuiltins {
    private JobBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("envV1ToV2", Builtin.strict(1, 1, JobBuiltins::envV1ToV2));
        to.add("mergeEnvironment", JobBuiltins::mergeEnvironment);
        to.add("argsToList", Builtin.strict(1, 2, JobBuiltins::argsToList));
        to.add("listToArgs", Builtin.strict(1, 2, JobBuiltins::listToArgs));
        to.add("userHome", Builtin.strict(1, 2, JobBuiltins::userHome));
        to.add("userMap", Builtin.strict(2, 4, JobBuiltins::userMap));
    }

    private static Value envV1ToV2(Evaluation ev, Value[] args) {
        String text = Builtin.text(args, 0);
        if (text == null || !ev.chargeText(text.length())) {
            return Value.ERROR;
        }
        Map<String, String> env = JobText.splitEnvV1(text);
        return env == null ? Value.ERROR : Builtin.string(ev, JobText.joinEnv(env));
    }

    /** Undefined counts as an empty environment here; of equal names the last wins. */
    private static Value mergeEnvironment(Evaluation ev, Scope scope, Expr[] args) {
        Map<String, String> merged = new LinkedHashMap<>();
        for (Expr arg : args) {
            Value value = arg.eval(ev, scope);
            if (value.isUndefined()) {
                continue;
            }
            if (!(value instanceof Value.Str s) || !ev.chargeText(s.value().length())) {
                return Value.ERROR;
            }
            Map<String, String> env = JobText.splitEnvV2(s.value());
            if (env == null) {
                return Value.ERROR;
            }
            merged.putAll(env);
        }
        return Builtin.string(ev, JobText.joinEnv(merged));
    }

    /** The syntax to read or write, 1 or 2 (the default), or 0 if it is neither. */
    private static int version(Value[] args) {
        if (args.length < 2) {
            return 2;
        }
        return args[1] instanceof Value.Int i && (i.value() == 1 || i.value() == 2)
                ? (int) i.value()
                : 0;
    }

    private static Value argsToList(Evaluation ev, Value[] args) {
        String text = Builtin.text(args, 0);
        int version = version(args);
        if (text == null || version == 0 || !ev.chargeText(text.length())) {
            return Value.ERROR;
        }
        List<String> list = version == 1 ? JobText.splitArgsV1(text) : JobText.splitArgsV2(text);
        return list == null ? Value.ERROR : Builtin.strings(ev, list);
    }

    private static Value listToArgs(Evaluation ev, Value[] args) {
        int version = version(args);
        if (version == 0 || !(args[0] instanceof Value.ListValue list) || !ev.charge(list.size())) {
            return Value.ERROR;
        }
        List<String> items = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Value element = list.element(ev, i);
            if (!(element instanceof Value.Str s) || !ev.chargeText(s.value().length())) {
                return element.isUndefined() ? element : Value.ERROR;
            }
            items.add(s.value());
        }
        String text = version == 1 ? JobText.joinArgsV1(items) : JobText.joinArgsV2(items);
        return text == null ? Value.ERROR : Builtin.string(ev, text);
    }

    private static Value userHome(Evaluation ev, Value[] args) {
        String user = Builtin.text(args, 0);
        if (user == null) {
            return Value.ERROR;
        }
        Optional<String> home = ev.context.accounts().home(user);
        if (home.isPresent()) {
            return Value.Str.of(home.get());
        }
        return args.length == 2 ? args[1] : Value.UNDEFINED;
    }

    /**
     * All groups of the user; or with a preferred group, that one if the user is in it and else the
     * first; or with a default too, the default where there is no group.
     */
    private static Value userMap(Evaluation ev, Value[] args) {
        String map = Builtin.text(args, 0);
        String user = Builtin.text(args, 1);
        String preferred = Builtin.textOr(args, 2, "");
        if (map == null || user == null || preferred == null) {
            return Value.ERROR;
        }
        List<String> groups = ev.context.accounts().groups(map, user).orElse(List.of());
        if (args.length == 2) {
            return groups.isEmpty() ? Value.UNDEFINED : Builtin.strings(ev, groups);
        }
        if (groups.isEmpty()) {
            return args.length == 4 ? args[3] : Value.UNDEFINED;
        }
        for (String group : groups) {
            if (group.equalsIgnoreCase(preferred)) {
                return Value.Str.of(group);
            }
        }
        return Value.Str.of(groups.get(0));
    }
}
