// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.function.DoubleUnaryOperator;

/** Arithmetic functions. */
final class NumberBuiltins {
    private NumberBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("floor", rounding(Math::floor));
        to.add("ceil", rounding(Math::ceil));
        to.add("ceiling", rounding(Math::ceil));
        to.add("round", rounding(Math::rint));
        to.add("pow", Builtin.strict(2, 2, (ev, args) -> pow(args[0], args[1])));
        to.add("quantize", Builtin.strict(2, 2, NumberBuiltins::quantize));
        to.add("random", Builtin.strict(0, 1, NumberBuiltins::random));
    }

    private static boolean isNumber(Value value) {
        return value instanceof Value.Int || value instanceof Value.Real;
    }

    /** An integer stays; anything else is made a real first. Beyond 64 bits there is no integer. */
    private static Builtin rounding(DoubleUnaryOperator rounding) {
        return Builtin.strict(
                value -> {
                    if (value instanceof Value.Int) {
                        return value;
                    }
                    if (!(TypeBuiltins.toReal(value) instanceof Value.Real real)) {
                        return Value.ERROR;
                    }
                    double rounded = rounding.applyAsDouble(real.value());
                    return Math.abs(rounded) <= 0x1p63 ? Value.Int.of((long) rounded) : Value.ERROR;
                });
    }

    private static Value pow(Value base, Value exponent) {
        if (base instanceof Value.Int b && exponent instanceof Value.Int e && e.value() >= 0) {
            return power(b.value(), e.value());
        }
        if (!isNumber(base) || !isNumber(exponent)) {
            return Value.ERROR;
        }
        double power = Math.pow(Operators.toDouble(base), Operators.toDouble(exponent));
        return power == Double.POSITIVE_INFINITY ? Value.ERROR : Value.Real.of(power);
    }

    /** Exact, or an error where 64 bits are not enough. */
    private static Value power(long base, long exponent) {
        long result = 1;
        long square = base;
        long left = exponent;
        try {
            while (left > 0) {
                if ((left & 1) != 0) {
                    result = Math.multiplyExact(result, square);
                }
                left >>= 1;
                if (left > 0) {
                    square = Math.multiplyExact(square, square);
                }
            }
        } catch (ArithmeticException e) {
            return Value.ERROR;
        }
        return Value.Int.of(result);
    }

    /** The least multiple of the second that is not below the first. */
    private static Value quantize(Evaluation ev, Value[] args) {
        Value a = args[0];
        if (!isNumber(a)) {
            return Value.ERROR;
        }
        if (!(args[1] instanceof Value.ListValue list)) {
            return multiple(a, args[1]);
        }
        if (!ev.charge(list.size())) {
            return Value.ERROR;
        }
        Value last = Value.ERROR;
        for (int i = 0; i < list.size(); i++) {
            last = list.element(ev, i);
            if (!isNumber(last)) {
                return Value.ERROR;
            }
            if (Operators.binary(Binary.Op.GREATER_EQUAL, last, a).isTrue()) {
                return last;
            }
        }
        return multiple(a, last);
    }

    private static Value multiple(Value a, Value unit) {
        if (!isNumber(unit) || Operators.toDouble(unit) == 0) {
            return Value.ERROR;
        }
        if (a instanceof Value.Int x && unit instanceof Value.Int y) {
            return Value.Int.of(-Math.floorDiv(-x.value(), y.value()) * y.value());
        }
        double count = Math.ceil(Operators.toDouble(a) / Operators.toDouble(unit));
        if (unit instanceof Value.Int y) {
            return Value.Int.of((long) count * y.value());
        }
        return Value.Real.of(count * Operators.toDouble(unit));
    }

    private static Value random(Evaluation ev, Value[] args) {
        if (args.length == 0) {
            return Value.Real.of(ev.random().nextDouble());
        }
        if (args[0] instanceof Value.Int i && i.value() > 0) {
            return Value.Int.of(ev.random().nextLong(i.value()));
        }
        if (args[0] instanceof Value.Real r && r.value() > 0 && Double.isFinite(r.value())) {
            return Value.Real.of(ev.random().nextDouble() * r.value());
        }
        return Value.ERROR;
    }
}
