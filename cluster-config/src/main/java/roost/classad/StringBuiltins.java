// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Functions over strings, and over versions and names written as strings. */
final class StringBuiltins {
    private StringBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("strcat", Builtin.strict(0, Integer.MAX_VALUE, (ev, v) -> concat(ev, "", v, 0)));
        to.add("join", Builtin.strict(1, Integer.MAX_VALUE, StringBuiltins::join));
        to.add("toUpper", mapped(text -> text.toUpperCase(Locale.ROOT)));
        to.add("toLower", mapped(text -> text.toLowerCase(Locale.ROOT)));
        to.add("substr", Builtin.strict(2, 3, StringBuiltins::substring));
        to.add("strcmp", comparison(String::compareTo));
        to.add("stricmp", comparison(Operators::compareIgnoreCase));
        to.add("versioncmp", versions(order -> true, true));
        to.add("versionLE", versions(order -> order <= 0, false));
        to.add("versionLT", versions(order -> order < 0, false));
        to.add("versionGE", versions(order -> order >= 0, false));
        to.add("versionGT", versions(order -> order > 0, false));
        to.add("versionEQ", versions(order -> order == 0, false));
        to.add("version_in_range", Builtin.strict(3, 3, StringBuiltins::versionInRange));
        to.add("splitUserName", splitAt(true));
        to.add("splitSlotName", splitAt(false));
    }

    /** One pass over the arguments from {@code first} on. */
    private static Value concat(Evaluation ev, String separator, Value[] values, int first) {
        StringBuilder out = new StringBuilder();
        for (int i = first; i < values.length; i++) {
            if (i > first) {
                out.append(separator);
            }
            out.append(TypeBuiltins.toText(values[i]));
            if (out.length() > Limits.STRING_CHARS) {
                return Value.ERROR;
            }
        }
        return Builtin.string(ev, out);
    }

    private static Value join(Evaluation ev, Value[] args) {
        Value last = args[args.length - 1];
        boolean ofList = args.length <= 2 && last instanceof Value.ListValue;
        String separator = ofList && args.length == 1 ? "" : Builtin.text(args, 0);
        if (separator == null || args.length == 1 && !ofList) {
            return Value.ERROR;
        }
        if (!ofList) {
            return concat(ev, separator, args, 1);
        }
        Value.ListValue list = (Value.ListValue) last;
        if (!ev.charge(list.size())) {
            return Value.ERROR;
        }
        Value[] elements = new Value[list.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = list.element(ev, i);
            if (elements[i].isError() || elements[i].isUndefined()) {
                return elements[i];
            }
        }
        return concat(ev, separator, elements, 0);
    }

    private interface TextFunction {
        String apply(String text);
    }

    private static Builtin mapped(TextFunction function) {
        return Builtin.strict(
                1,
                1,
                (ev, args) -> {
                    String text = TypeBuiltins.toText(args[0]);
                    return ev.chargeText(text.length())
                            ? Builtin.string(ev, function.apply(text))
                            : Value.ERROR;
                });
    }

    /** As Perl's: what is negative counts from the end, what lies outside is left out. */
    private static Value substring(Evaluation ev, Value[] args) {
        String text = Builtin.text(args, 0);
        if (text == null
                || !(args[1] instanceof Value.Int offset)
                || args.length == 3 && !(args[2] instanceof Value.Int)) {
            return Value.ERROR;
        }
        long size = text.length();
        long from = offset.value() < 0 ? size + offset.value() : offset.value();
        from = Math.max(0, Math.min(size, from));
        long to = size;
        if (args.length == 3) {
            long length = ((Value.Int) args[2]).value();
            to = length < 0 ? size + length : length > size - from ? size : from + length;
        }
        return to <= from
                ? Value.Str.EMPTY
                : Builtin.string(ev, text.substring((int) from, (int) to));
    }

    private interface Order {
        int compare(String a, String b);
    }

    private static Builtin comparison(Order order) {
        return Builtin.strict(
                2,
                2,
                (ev, args) -> {
                    String a = TypeBuiltins.toText(args[0]);
                    String b = TypeBuiltins.toText(args[1]);
                    return ev.chargeText(a.length())
                            ? Value.Int.of(Integer.signum(order.compare(a, b)))
                            : Value.ERROR;
                });
    }

    private static Builtin versions(IntPredicate test, boolean asNumber) {
        return Builtin.strict(
                2,
                2,
                (ev, args) -> {
                    String a = Builtin.text(args, 0);
                    String b = Builtin.text(args, 1);
                    if (a == null || b == null || !ev.chargeText(a.length())) {
                        return Value.ERROR;
                    }
                    int order = VersionOrder.compare(a, b);
                    return asNumber ? Value.Int.of(order) : Value.Bool.of(test.test(order));
                });
    }

    private static Value versionInRange(Evaluation ev, Value[] args) {
        String version = Builtin.text(args, 0);
        String low = Builtin.text(args, 1);
        String high = Builtin.text(args, 2);
        if (version == null
                || low == null
                || high == null
                || !ev.chargeText(2L * version.length())) {
            return Value.ERROR;
        }
        return Value.Bool.of(
                VersionOrder.compare(low, version) <= 0
                        && VersionOrder.compare(version, high) <= 0);
    }

    /** Splits at the first '@'; without one, all of it is the first part or the second. */
    private static Builtin splitAt(boolean wholeIsFirst) {
        return Builtin.strict(
                1,
                1,
                (ev, args) -> {
                    String name = Builtin.text(args, 0);
                    if (name == null || !ev.chargeText(name.length())) {
                        return Value.ERROR;
                    }
                    int at = name.indexOf('@');
                    List<String> parts =
                            at >= 0
                                    ? List.of(name.substring(0, at), name.substring(at + 1))
                                    : wholeIsFirst ? List.of(name, "") : List.of("", name);
                    return Builtin.strings(ev, parts);
                });
    }
}
