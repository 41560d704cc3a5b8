// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/** A function call. The function is found when the call is parsed. */
final class Call extends Expr {
    final String name;
    final Expr[] args;

    /** Null where there is no such function; calling it is an error value, not an exception. */
    private final Builtin builtin;

    private final int height;

    Call(String name, Expr[] args) {
        this.name = name;
        this.args = args;
        this.builtin = Builtins.find(name);
        // A call takes three frames where an operator takes one.
        this.height = heightOf(args) + 2;
    }

    @Override
    Value eval(Evaluation ev, Scope scope) {
        if (builtin == null || !ev.charge(1 + args.length)) {
            return Value.ERROR;
        }
        return builtin.call(ev, scope, args);
    }

    boolean isCallOf(String functionName) {
        return name.equalsIgnoreCase(functionName);
    }

    @Override
    int height() {
        return height;
    }

    @Override
    void print(Printer out) {
        out.raw(name);
        out.raw("(");
        for (int i = 0; i < args.length; i++) {
            if (i > 0) {
                out.raw(",");
            }
            args[i].print(out);
        }
        out.raw(")");
    }

    @Override
    void forEachChild(Consumer<Expr> action) {
        for (Expr arg : args) {
            action.accept(arg);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Call c && c.isCallOf(name) && Arrays.equals(c.args, args);
    }

    @Override
    public int hashCode() {
        return name.toLowerCase(Locale.ROOT).hashCode() * 31 + Arrays.hashCode(args);
    }
}
