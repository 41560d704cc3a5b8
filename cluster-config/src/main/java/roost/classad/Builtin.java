// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.List;

/** A function of the language. */
@FunctionalInterface
interface Builtin {
    Value call(Evaluation ev, Scope scope, Expr[] args);

    /** A function of evaluated arguments. */
    @FunctionalInterface
    interface OfValues {
        Value call(Evaluation ev, Value[] args);
    }

    /** A function of one evaluated argument. */
    @FunctionalInterface
    interface OfValue {
        Value call(Value arg);
    }

    /**
     * As most functions are: another number of arguments is an error, an argument that is error
     * makes the result error, one that is undefined makes it undefined.
     */
    static Builtin strict(int min, int max, OfValues function) {
        return (ev, scope, args) -> {
            if (args.length < min || args.length > max) {
                return Value.ERROR;
            }
            Value[] values = new Value[args.length];
            boolean undefined = false;
            for (int i = 0; i < args.length; i++) {
                values[i] = args[i].eval(ev, scope);
                if (values[i].isError()) {
                    return Value.ERROR;
                }
                undefined |= values[i].isUndefined();
            }
            return undefined ? Value.UNDEFINED : function.call(ev, values);
        };
    }

    static Builtin strict(OfValue function) {
        return strict(1, 1, (ev, args) -> function.call(args[0]));
    }

    /** A function of one argument that wants to see undefined and error too. */
    static Builtin total(OfValue function) {
        return (ev, scope, args) ->
                args.length == 1 ? function.call(args[0].eval(ev, scope)) : Value.ERROR;
    }

    /** A string, unless it is longer than evaluation may make one. */
    static Value string(Evaluation ev, CharSequence text) {
        return text.length() <= Limits.STRING_CHARS && ev.chargeText(text.length())
                ? Value.Str.of(text.toString())
                : Value.ERROR;
    }

    /** A list of strings. */
    static Value strings(Evaluation ev, List<String> items) {
        return ev.charge(items.size())
                ? Value.ListValue.of(items.stream().map(Value.Str::of).toList())
                : Value.ERROR;
    }

    /** What was passed as that argument if it is a string, or null. */
    static String text(Value[] args, int index) {
        return args[index] instanceof Value.Str s ? s.value() : null;
    }

    /** As {@link #text}, with a default for an argument that was not passed. */
    static String textOr(Value[] args, int index, String otherwise) {
        return index < args.length ? text(args, index) : otherwise;
    }
}
