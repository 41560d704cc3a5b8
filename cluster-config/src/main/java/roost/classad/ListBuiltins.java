// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Locale;

/** Functions over lists. */
final class ListBuiltins {
    private ListBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("member", (ev, scope, args) -> member(ev, scope, args, Binary.Op.EQUAL));
        to.add(
                "identicalMember",
                (ev, scope, args) -> member(ev, scope, args, Binary.Op.META_EQUAL));
        to.add("anyCompare", (ev, scope, args) -> compare(ev, scope, args, false));
        to.add("allCompare", (ev, scope, args) -> compare(ev, scope, args, true));
        to.add("size", Builtin.strict(ListBuiltins::size));
        to.add("sum", Builtin.strict(1, 1, (ev, args) -> fold(ev, args[0], Fold.SUM)));
        to.add("avg", Builtin.strict(1, 1, (ev, args) -> fold(ev, args[0], Fold.AVERAGE)));
        to.add("min", Builtin.strict(1, 1, (ev, args) -> fold(ev, args[0], Fold.LEAST)));
        to.add("max", Builtin.strict(1, 1, (ev, args) -> fold(ev, args[0], Fold.GREATEST)));
    }

    /** Undefined may be looked for by identity only; with == nothing equals it. */
    private static Value member(Evaluation ev, Scope scope, Expr[] args, Binary.Op op) {
        if (args.length != 2) {
            return Value.ERROR;
        }
        Value wanted = args[0].eval(ev, scope);
        Value in = args[1].eval(ev, scope);
        if (wanted.isError() || in.isError()) {
            return Value.ERROR;
        }
        if (in.isUndefined() || wanted.isUndefined() && op == Binary.Op.EQUAL) {
            return Value.UNDEFINED;
        }
        if (!wanted.isScalar() || !(in instanceof Value.ListValue list)) {
            return Value.ERROR;
        }
        return any(ev, op, list, wanted, true);
    }

    private static Value compare(Evaluation ev, Scope scope, Expr[] args, boolean all) {
        if (args.length != 3) {
            return Value.ERROR;
        }
        Value opName = args[0].eval(ev, scope);
        Value in = args[1].eval(ev, scope);
        Value with = args[2].eval(ev, scope);
        if (opName.isError() || in.isError() || with.isError()) {
            return Value.ERROR;
        }
        if (opName.isUndefined() || in.isUndefined()) {
            return Value.UNDEFINED;
        }
        Binary.Op op = opName instanceof Value.Str s ? comparison(s.value()) : null;
        if (op == null || !with.isScalar() || !(in instanceof Value.ListValue list)) {
            return Value.ERROR;
        }
        return any(ev, op, list, with, !all);
    }

    private static Binary.Op comparison(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "<" -> Binary.Op.LESS;
            case "<=" -> Binary.Op.LESS_EQUAL;
            case "==" -> Binary.Op.EQUAL;
            case "!=" -> Binary.Op.NOT_EQUAL;
            case ">=" -> Binary.Op.GREATER_EQUAL;
            case ">" -> Binary.Op.GREATER;
            case "is", "=?=" -> Binary.Op.META_EQUAL;
            case "isnt", "=!=" -> Binary.Op.META_NOT_EQUAL;
            default -> null;
        };
    }

    /**
     * Whether the comparison holds for some element ({@code wanted} true), or for all of them
     * ({@code wanted} false: no element for which it does not hold).
     */
    private static Value any(
            Evaluation ev, Binary.Op op, Value.ListValue list, Value with, boolean wanted) {
        if (!ev.charge(list.size())) {
            return Value.ERROR;
        }
        for (int i = 0; i < list.size(); i++) {
            if (Operators.binary(op, list.element(ev, i), with).isTrue() == wanted) {
                return Value.Bool.of(wanted);
            }
        }
        return Value.Bool.of(!wanted);
    }

    private static Value size(Value value) {
        if (value instanceof Value.Str s) {
            return Value.Int.of(s.value().length());
        }
        if (value instanceof Value.ListValue list) {
            return Value.Int.of(list.size());
        }
        return value instanceof Value.AdValue record
                ? Value.Int.of(record.ad().size())
                : Value.ERROR;
    }

    private enum Fold {
        SUM,
        AVERAGE,
        LEAST,
        GREATEST
    }

    /** Over numbers only; a real among them makes the result a real. Nothing to fold: undefined. */
    private static Value fold(Evaluation ev, Value of, Fold fold) {
        if (!(of instanceof Value.ListValue list) || !ev.charge(list.size())) {
            return Value.ERROR;
        }
        Value result = Value.UNDEFINED;
        boolean real = false;
        boolean undefined = false;
        for (int i = 0; i < list.size(); i++) {
            Value element = list.element(ev, i);
            if (element.isUndefined()) {
                undefined = true;
            } else if (!(element instanceof Value.Int || element instanceof Value.Real)) {
                return Value.ERROR;
            } else {
                real |= element instanceof Value.Real;
                result = result.isUndefined() ? element : step(fold, result, element);
            }
        }
        if (undefined || list.size() == 0) {
            return Value.UNDEFINED;
        }
        if (fold == Fold.AVERAGE) {
            return Operators.binary(Binary.Op.DIVIDE, result, Value.Real.of((double) list.size()));
        }
        return real && result instanceof Value.Int i ? Value.Real.of((double) i.value()) : result;
    }

    private static Value step(Fold fold, Value a, Value b) {
        if (fold == Fold.SUM || fold == Fold.AVERAGE) {
            return Operators.binary(Binary.Op.ADD, a, b);
        }
        Binary.Op keep = fold == Fold.LEAST ? Binary.Op.LESS_EQUAL : Binary.Op.GREATER_EQUAL;
        return Operators.binary(keep, a, b).isTrue() ? a : b;
    }
}
