// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Functions that look at their arguments as expressions. */
final class ExprBuiltins {
    private ExprBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("ifThenElse", ExprBuiltins::ifThenElse);
        to.add("eval", ExprBuiltins::eval);
        to.add("debug", ExprBuiltins::debug);
        to.add("unparse", ExprBuiltins::unparse);
        to.add("unresolved", ExprBuiltins::unresolved);
    }

    /** Evaluates only the branch that is taken. Numbers are conditions in either mode. */
    private static Value ifThenElse(Evaluation ev, Scope scope, Expr[] args) {
        if (args.length != 3) {
            return Value.ERROR;
        }
        Value condition = args[0].eval(ev, scope);
        if (condition.isUndefined()) {
            return condition;
        }
        Value.Bool truth = Operators.truth(condition, false);
        return truth == null ? Value.ERROR : args[truth.value() ? 1 : 2].eval(ev, scope);
    }

    private static Value eval(Evaluation ev, Scope scope, Expr[] args) {
        if (args.length != 1) {
            return Value.ERROR;
        }
        Value value = args[0].eval(ev, scope);
        if (value.isError() || value.isUndefined()) {
            return value;
        }
        String text = TypeBuiltins.toText(value);
        if (!ev.chargeText(16L * text.length())) {
            return Value.ERROR;
        }
        try {
            boolean oldStrings = !ev.strict && value instanceof Value.Str;
            return ev.enter(ClassAdParser.parseExpr(text, ev.context.mode(), oldStrings), scope);
        } catch (ClassAdException e) {
            return Value.ERROR;
        }
    }

    private static Value debug(Evaluation ev, Scope scope, Expr[] args) {
        if (args.length != 1) {
            return Value.ERROR;
        }
        Value value = args[0].eval(ev, scope);
        ev.context.debug().accept(args[0] + " --> " + value);
        return value;
    }

    /** The expression behind an attribute, as text; an empty one where there is none. */
    private static Value unparse(Evaluation ev, Scope scope, Expr[] args) {
        if (args.length != 1 || !(args[0] instanceof AttrRef ref)) {
            return Value.ERROR;
        }
        Expr expr = find(ref, scope);
        if (expr == null) {
            return Value.Str.EMPTY;
        }
        return Builtin.string(
                ev, ev.strict ? Unparser.newExpression(expr) : Unparser.expression(expr));
    }

    private static Expr find(AttrRef ref, Scope scope) {
        for (Scope s = ref.absolute ? scope.root : scope; s != null; s = s.parent) {
            Expr expr = s.ad.find(ref.name);
            if (expr != null) {
                return expr;
            }
        }
        return null;
    }

    /** The names that the expression behind an attribute uses and its ad does not have. */
    private static Value unresolved(Evaluation ev, Scope scope, Expr[] args) {
        if (args.length != 1 || !(args[0] instanceof AttrRef ref)) {
            return Value.ERROR;
        }
        List<String> names = new ArrayList<>();
        Expr expr = find(ref, scope);
        if (expr != null) {
            References.collect(
                    expr,
                    r -> {
                        String name = r.toString();
                        boolean known = r instanceof AttrRef a && find(a, scope) != null;
                        if (!known && !names.contains(name) && ev.charge(1 + names.size())) {
                            names.add(name);
                        }
                    });
        }
        return Builtin.string(ev, String.join(",", names));
    }

    /** The attribute references in an expression; {@code TARGET.x} counts as one. */
    static final class References {
        private References() {}

        static void collect(Expr expr, Consumer<Expr> action) {
            if (expr instanceof AttrRef
                    || expr instanceof Select s && s.scopeName != SpecialName.NONE) {
                action.accept(expr);
            } else {
                expr.forEachChild(child -> collect(child, action));
            }
        }
    }
}
