// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Questions about types, and conversions between them. */
final class TypeBuiltins {
    private static final Pattern LEADING_NUMBER =
            Pattern.compile(
                    "\\s{0,100}([+-]?(?:[0-9]{1,400}(?:\\.[0-9]{0,400})?|\\.[0-9]{1,400})"
                            + "(?:[eE][+-]?[0-9]{1,9})?)\\s{0,100}(.?)");

    private TypeBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("isUndefined", is(Value::isUndefined));
        to.add("isError", is(Value::isError));
        to.add("isString", is(v -> v instanceof Value.Str));
        to.add("isInteger", is(v -> v instanceof Value.Int));
        to.add("isReal", is(v -> v instanceof Value.Real));
        to.add("isList", is(v -> v instanceof Value.ListValue));
        to.add("isClassAd", is(v -> v instanceof Value.AdValue));
        to.add("isBoolean", is(v -> v instanceof Value.Bool));
        to.add("isAbsTime", is(v -> v instanceof Value.AbsTime));
        to.add("isRelTime", is(v -> v instanceof Value.RelTime));
        to.add("int", Builtin.strict(TypeBuiltins::toInteger));
        to.add("real", Builtin.strict(TypeBuiltins::toReal));
        to.add("bool", Builtin.strict(TypeBuiltins::toBoolean));
        to.add("string", Builtin.strict(1, 1, (ev, args) -> Builtin.string(ev, toText(args[0]))));
    }

    private static Builtin is(Predicate<Value> test) {
        return Builtin.total(value -> Value.Bool.of(test.test(value)));
    }

    /** Reals are cut towards zero; a string counts as the number it begins with. */
    static Value toInteger(Value value) {
        if (value instanceof Value.Int) {
            return value;
        }
        if (value instanceof Value.Str s) {
            Long exact = NumberText.integer(s.value().strip());
            if (exact != null) {
                return Value.Int.of(exact);
            }
        }
        return toReal(value) instanceof Value.Real r && Double.isFinite(r.value())
                ? Value.Int.of((long) r.value())
                : Value.ERROR;
    }

    static Value toReal(Value value) {
        if (value instanceof Value.Real) {
            return value;
        }
        if (value instanceof Value.Int || value instanceof Value.Bool) {
            return Value.Real.of(Operators.toDouble(value));
        }
        if (value instanceof Value.AbsTime t) {
            return Value.Real.of(t.epochSeconds());
        }
        if (value instanceof Value.RelTime t) {
            return Value.Real.of(t.seconds());
        }
        return value instanceof Value.Str s ? number(s.value()) : Value.ERROR;
    }

    /** As strtod: what follows the number does not matter, but a unit K, M, G or T multiplies. */
    private static Value number(String text) {
        Double whole = NumberText.real(text.strip());
        if (whole != null) {
            return Value.Real.of(whole);
        }
        Matcher matcher = LEADING_NUMBER.matcher(text);
        if (!matcher.lookingAt()) {
            return Value.ERROR;
        }
        double factor =
                switch (matcher.group(2)) {
                    case "k", "K" -> 0x1p10;
                    case "m", "M" -> 0x1p20;
                    case "g", "G" -> 0x1p30;
                    case "t", "T" -> 0x1p40;
                    default -> 1;
                };
        return Value.Real.of(Double.parseDouble(matcher.group(1)) * factor);
    }

    private static Value toBoolean(Value value) {
        if (value instanceof Value.Str s) {
            if (s.value().equalsIgnoreCase("true")) {
                return Value.Bool.TRUE;
            }
            return s.value().equalsIgnoreCase("false") ? Value.Bool.FALSE : Value.ERROR;
        }
        Value.Bool truth = Operators.truth(value, false);
        return truth == null ? Value.ERROR : truth;
    }

    /** The value as {@code string()} has it: a string itself, anything else as it prints. */
    static String toText(Value value) {
        if (value instanceof Value.Str s) {
            return s.value();
        }
        if (value instanceof Value.AbsTime t && TimeText.format(t) != null) {
            return TimeText.format(t);
        }
        if (value instanceof Value.RelTime t && TimeText.format(t) != null) {
            return TimeText.format(t);
        }
        return Unparser.newExpression(value);
    }
}
