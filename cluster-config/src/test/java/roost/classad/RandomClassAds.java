// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes expressions and ads out of a seed: every kind of node, every function, odd strings. */
final class RandomClassAds {
    private static final List<String> FUNCTIONS = Builtins.names().stream().sorted().toList();
    private static final String[] NAMES = {
        "A", "b", "Memory", "x1", "_u", "MY", "target", "self", "parent", "CurrentTime", "is"
    };
    private static final String[] STRINGS = {
        "",
        "abc",
        "ABC",
        "a,b c",
        "1",
        "-2.5",
        "true",
        "\\",
        "x\\",
        "\"",
        "\"\n",
        "a\"  \nb\\\"",
        "\n\n",
        "\r",
        "tab\t",
        "'",
        "C:\\x",
        "1970-01-01T00:00:00Z",
        "1+02:03:04",
        "[a-c]+(x)?",
        "(a*)*b",
        "\\1",
        "%c %Y",
        "user@host",
        "/Expr(1)/",
        "é\u2028",
        "\u0001\u007f",
        "a=b;c=d",
        "A + 1",
        "[",
        "//",
        "/*",
        "<&>",
        "\uD800",
        "'x y' z"
    };
    private static final double[] REALS = {
        0.0,
        -0.0,
        1.5,
        0.1,
        1e300,
        -1e-300,
        1e16,
        123456789.125,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        1.0 / 3
    };
    private static final long[] INTS = {
        0, 1, -1, 7, 64, 1023, 4096, 2_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final SplittableRandom random;

    RandomClassAds(SplittableRandom random) {
        this.random = random;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String name() {
        return random.nextInt(20) == 0
                ? STRINGS[1 + random.nextInt(STRINGS.length - 1)]
                : NAMES[random.nextInt(NAMES.length)];
    }

    /** An ad of at most {@code size} attributes. */
    ClassAd ad(int size) {
        ClassAd.Builder ad = ClassAd.builder();
        int count = random.nextInt(size + 1);
        for (int i = 0; i < count; i++) {
            ad.put(name(), expr(4));
        }
        return ad.build();
    }

    /** An expression as the parser could have made it, at most {@code depth} levels high. */
    Expr expr(int depth) {
        if (depth == 0) {
            return leaf();
        }
        return switch (random.nextInt(14)) {
            case 0, 1 -> new Paren(expr(depth - 1));
            case 2, 3, 4 -> binary(depth);
            case 5 -> unary(depth);
            case 6 -> logical(depth);
            case 7 ->
                    new Conditional(
                            tight(depth),
                            random.nextInt(3) == 0 ? null : expr(depth - 1),
                            expr(depth - 1));
            case 8, 9 -> Folding.fold(new Call(pick(FUNCTIONS), several(depth, 5)));
            case 10 -> new ListExpr(several(depth, 5));
            case 11 -> new AdExpr(ad(3));
            case 12 -> new Select(primary(depth), AttrName.of(name()));
            default -> new Subscript(primary(depth), expr(depth - 1));
        };
    }

    private Expr[] several(int depth, int most) {
        List<Expr> list = new ArrayList<>();
        int count = random.nextInt(most);
        for (int i = 0; i < count; i++) {
            list.add(expr(depth - 1));
        }
        return list.toArray(new Expr[0]);
    }

    /** An operand that needs no parentheses under any operator. */
    private Expr tight(int depth) {
        return random.nextBoolean() ? leaf() : new Paren(expr(depth - 1));
    }

    private Expr primary(int depth) {
        Expr expr = tight(depth);
        // A negative number is a literal only for the parser's reader, not before a dot.
        boolean negative =
                expr instanceof Value.Int i && i.value() < 0
                        || expr instanceof Value.Real r && 1 / r.value() < 0
                        || expr instanceof Value.Real x && x.value() < 0;
        return negative ? new Paren(expr) : expr;
    }

    private Expr binary(int depth) {
        Binary.Op[] ops = Binary.Op.values();
        Expr left = tight(depth);
        Binary.Op op = ops[random.nextInt(ops.length)];
        return new Binary(op, left, tight(depth));
    }

    private Expr unary(int depth) {
        Unary.Op op = Unary.Op.values()[random.nextInt(4)];
        Expr operand = new Paren(expr(depth - 1));
        return new Unary(op, operand);
    }

    private Expr logical(int depth) {
        Expr[] terms = new Expr[2 + random.nextInt(3)];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = tight(depth);
        }
        return new Logical(random.nextBoolean(), terms);
    }

    private Expr leaf() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> new AttrRef(AttrName.of(name()), false);
            case 3 -> new AttrRef(AttrName.of(name()), true);
            case 4, 5, 6 -> Value.Str.of(STRINGS[random.nextInt(STRINGS.length)]);
            case 7, 8 -> Value.Int.of(INTS[random.nextInt(INTS.length)]);
            case 9 -> Value.Int.of(random.nextInt(20));
            case 10 -> Value.Real.of(REALS[random.nextInt(REALS.length)]);
            case 11 -> Value.Bool.of(random.nextBoolean());
            case 12 -> Value.UNDEFINED;
            case 13 -> Value.ERROR;
            case 14 ->
                    Value.AbsTime.of(
                            random.nextInt(8) == 0 ? Long.MIN_VALUE : random.nextInt(),
                            random.nextInt(-900, 900) * 60 + random.nextInt(2));
            default ->
                    Value.RelTime.of(
                            random.nextBoolean()
                                    ? random.nextInt(-1_000_000, 1_000_000) / 4.0
                                    : random.nextDouble() * 1e6);
        };
    }
}
