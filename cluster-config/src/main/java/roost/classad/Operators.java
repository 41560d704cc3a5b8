// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import roost.classad.Value.AbsTime;
import roost.classad.Value.Bool;
import roost.classad.Value.Int;
import roost.classad.Value.Real;
import roost.classad.Value.RelTime;
import roost.classad.Value.Str;

/**
 * What the operators do with values. Every operator answers for every pair of types.
 *
 * <p>Source: HTCondor manual 8.9, "ClassAd Operators", and the behaviour of its 8.8 series.
 */
final class Operators {
    private Operators() {}

    static Value unary(Unary.Op op, Value value, boolean strict) {
        if (value.isError() || value.isUndefined()) {
            return value;
        }
        switch (op) {
            case NOT:
                Bool truth = truth(value, strict);
                return truth == null ? Value.ERROR : Bool.of(!truth.value());
            case COMPLEMENT:
                return value instanceof Int i ? Int.of(~i.value()) : Value.ERROR;
            case PLUS:
                return value instanceof Int || value instanceof Real || value instanceof RelTime
                        ? value
                        : Value.ERROR;
            case MINUS:
                return negate(value);
        }
        throw new AssertionError(op);
    }

    static Value negate(Value value) {
        if (value instanceof Int i) {
            return Int.of(-i.value());
        }
        if (value instanceof Real r) {
            return Real.of(-r.value());
        }
        if (value instanceof RelTime t) {
            return RelTime.of(-t.seconds());
        }
        // A boolean too: it counts as a number only beside another operand.
        return Value.ERROR;
    }

    /** The value as a condition, or null where it is none. In old mode numbers are conditions. */
    static Bool truth(Value value, boolean strict) {
        if (value instanceof Bool b) {
            return b;
        }
        if (strict) {
            return null;
        }
        if (value instanceof Int i) {
            return Bool.of(i.value() != 0);
        }
        return value instanceof Real r ? Bool.of(r.value() != 0) : null;
    }

    static Value binary(Binary.Op op, Value a, Value b) {
        switch (op) {
            case META_EQUAL:
                return identical(a, b);
            case META_NOT_EQUAL:
                Value same = identical(a, b);
                return same instanceof Bool is ? Bool.of(!is.value()) : same;
            default:
                break;
        }
        // The usual pairs first; everything below them is rare.
        if (a instanceof Int x && b instanceof Int y) {
            return integers(op, x.value(), y.value());
        }
        if (a.isError() || b.isError()) {
            return Value.ERROR;
        }
        if (a.isUndefined() || b.isUndefined()) {
            return Value.UNDEFINED;
        }
        if (a instanceof Str x && b instanceof Str y) {
            return strings(op, x.value(), y.value());
        }
        if (isNumber(a) && isNumber(b)) {
            return numbers(op, a, b);
        }
        return times(op, a, b);
    }

    private static boolean isNumber(Value value) {
        return value instanceof Int || value instanceof Real || value instanceof Bool;
    }

    /** The value as a double; booleans are 0 and 1. Only for numbers and booleans. */
    static double toDouble(Value value) {
        if (value instanceof Real r) {
            return r.value();
        }
        return toLong(value);
    }

    private static long toLong(Value value) {
        return value instanceof Int i ? i.value() : value == Bool.TRUE ? 1 : 0;
    }

    /** Integers wrap around and divide towards zero; shifts use the low six bits of the count. */
    private static Value integers(Binary.Op op, long a, long b) {
        switch (op) {
            case MULTIPLY:
                return Int.of(a * b);
            case DIVIDE:
                return b == 0 ? Value.ERROR : Int.of(a / b);
            case MODULUS:
                return b == 0 ? Value.ERROR : Int.of(a % b);
            case ADD:
                return Int.of(a + b);
            case SUBTRACT:
                return Int.of(a - b);
            case SHIFT_LEFT:
                return Int.of(a << b);
            case SHIFT_RIGHT:
                return Int.of(a >> b);
            case SHIFT_RIGHT_UNSIGNED:
                return Int.of(a >>> b);
            case AND:
                return Int.of(a & b);
            case XOR:
                return Int.of(a ^ b);
            case OR:
                return Int.of(a | b);
            default:
                return compared(op, Long.compare(a, b));
        }
    }

    private static Value numbers(Binary.Op op, Value a, Value b) {
        if (a instanceof Real || b instanceof Real) {
            return reals(op, toDouble(a), toDouble(b));
        }
        switch (op) {
            case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_UNSIGNED, AND, XOR, OR:
                // Bits are for integers; a boolean has none.
                return Value.ERROR;
            default:
                return integers(op, toLong(a), toLong(b));
        }
    }

    private static Value reals(Binary.Op op, double a, double b) {
        switch (op) {
            case MULTIPLY:
                return real(a * b);
            case DIVIDE:
                return real(a / b);
            case ADD:
                return real(a + b);
            case SUBTRACT:
                return real(a - b);
            case LESS:
                return Bool.of(a < b);
            case LESS_EQUAL:
                return Bool.of(a <= b);
            case GREATER_EQUAL:
                return Bool.of(a >= b);
            case GREATER:
                return Bool.of(a > b);
            case EQUAL:
                return Bool.of(a == b);
            case NOT_EQUAL:
                return Bool.of(a != b);
            default:
                return Value.ERROR;
        }
    }

    /** Overflow upwards is an error and downwards is not: HTCondor asks for HUGE_VAL only. */
    private static Value real(double value) {
        return value == Double.POSITIVE_INFINITY ? Value.ERROR : Real.of(value);
    }

    private static Value strings(Binary.Op op, String a, String b) {
        switch (op) {
            case EQUAL:
                return Bool.of(a.length() == b.length() && compareIgnoreCase(a, b) == 0);
            case NOT_EQUAL:
                return Bool.of(a.length() != b.length() || compareIgnoreCase(a, b) != 0);
            case LESS, LESS_EQUAL, GREATER_EQUAL, GREATER:
                return compared(op, compareIgnoreCase(a, b));
            default:
                return Value.ERROR;
        }
    }

    /** As C's strcasecmp in the C locale: only ASCII letters have a case. */
    static int compareIgnoreCase(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                x = lower(x);
                y = lower(y);
                if (x != y) {
                    return x - y;
                }
            }
        }
        return a.length() - b.length();
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    private static Value times(Binary.Op op, Value a, Value b) {
        if (a instanceof AbsTime x) {
            if (b instanceof AbsTime y) {
                return op == Binary.Op.SUBTRACT
                        ? RelTime.of((double) x.epochSeconds() - y.epochSeconds())
                        : compared(op, Long.compare(x.epochSeconds(), y.epochSeconds()));
            }
            return b instanceof RelTime y ? moved(op, x, y.seconds()) : Value.ERROR;
        }
        if (a instanceof RelTime x) {
            return relative(op, x.seconds(), b);
        }
        if (b instanceof RelTime y && op == Binary.Op.MULTIPLY && isNumber(a)) {
            return RelTime.of(toDouble(a) * y.seconds());
        }
        return Value.ERROR;
    }

    private static Value moved(Binary.Op op, AbsTime time, double seconds) {
        return switch (op) {
            case ADD -> AbsTime.of(time.epochSeconds() + (long) seconds, time.offsetSeconds());
            case SUBTRACT -> AbsTime.of(time.epochSeconds() - (long) seconds, time.offsetSeconds());
            default -> Value.ERROR;
        };
    }

    private static Value relative(Binary.Op op, double seconds, Value b) {
        if (b instanceof RelTime y) {
            return switch (op) {
                case ADD -> RelTime.of(seconds + y.seconds());
                case SUBTRACT -> RelTime.of(seconds - y.seconds());
                case MULTIPLY, DIVIDE -> Value.ERROR;
                default -> reals(op, seconds, y.seconds());
            };
        }
        if (b instanceof AbsTime y && op == Binary.Op.ADD) {
            return moved(op, y, seconds);
        }
        if (!isNumber(b)) {
            return Value.ERROR;
        }
        double number = toDouble(b);
        return switch (op) {
            case MULTIPLY -> RelTime.of(seconds * number);
            case DIVIDE -> number == 0 ? Value.ERROR : RelTime.of(seconds / number);
            default -> Value.ERROR;
        };
    }

    private static Value compared(Binary.Op op, int order) {
        switch (op) {
            case LESS:
                return Bool.of(order < 0);
            case LESS_EQUAL:
                return Bool.of(order <= 0);
            case GREATER_EQUAL:
                return Bool.of(order >= 0);
            case GREATER:
                return Bool.of(order > 0);
            case EQUAL:
                return Bool.of(order == 0);
            case NOT_EQUAL:
                return Bool.of(order != 0);
            default:
                return Value.ERROR;
        }
    }

    /**
     * {@code =?=}: the same type and the same value, strings with their case. Two lists or two
     * records are an error, as in HTCondor 8.8.
     */
    private static Value identical(Value a, Value b) {
        if (a.getClass() != b.getClass()) {
            return Bool.FALSE;
        }
        if (a instanceof Real x && b instanceof Real y) {
            return Bool.of(x.value() == y.value());
        }
        if (a instanceof RelTime x && b instanceof RelTime y) {
            return Bool.of(x.seconds() == y.seconds());
        }
        return a.isScalar() ? Bool.of(a.equals(b)) : Value.ERROR;
    }
}
