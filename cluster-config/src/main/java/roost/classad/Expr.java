// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.Consumer;

/**
 * A parsed expression. Immutable, free of any context, and therefore safe to share between ads and
 * threads. A {@link Value} is an expression too: the one that evaluates to itself.
 *
 * <p>Two expressions are equal when they have the same structure; names compare without regard to
 * case, parentheses count.
 */
public abstract sealed class Expr
        permits Value,
                AttrRef,
                Select,
                Subscript,
                Unary,
                Paren,
                Binary,
                Logical,
                Conditional,
                Call,
                ListExpr,
                AdExpr {
    Expr() {}

    /**
     * Reads an expression in old mode, as HTCondor's configuration and tools do.
     *
     * @throws ClassAdException if the text is no expression
     */
    public static Expr parse(String text) {
        return ClassAdParser.parseExpr(text, Mode.OLD);
    }

    /** Evaluates this expression; never throws, whatever the expression does. */
    abstract Value eval(Evaluation ev, Scope scope);

    /** Steps to the farthest leaf, which is how deep printing and evaluating it recurse. */
    abstract int height();

    abstract void print(Printer out);

    abstract void forEachChild(Consumer<Expr> action);

    /** The expression in old syntax, as it would stand in an ad in long form. */
    @Override
    public final String toString() {
        return Unparser.expression(this);
    }

    static int heightOf(Expr[] children) {
        int height = 0;
        for (Expr child : children) {
            height = Math.max(height, child.height());
        }
        return height + 1;
    }
}
