// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What an expression evaluates to. Immutable.
 *
 * <p>Scalars stand for themselves in an ad. A list or a record that comes out of an evaluation
 * still holds the expressions it was written with and the ads they see; they are evaluated when
 * somebody looks.
 */
public abstract sealed class Value extends Expr {
    public static final Value UNDEFINED = new Undefined();
    public static final Value ERROR = new Error();

    Value() {}

    @Override
    final Value eval(Evaluation ev, Scope scope) {
        return this;
    }

    @Override
    int height() {
        return 0;
    }

    @Override
    void forEachChild(Consumer<Expr> action) {}

    public final boolean isUndefined() {
        return this == UNDEFINED;
    }

    public final boolean isError() {
        return this == ERROR;
    }

    /** Whether this is the boolean true; numbers are not. */
    public final boolean isTrue() {
        return this == Bool.TRUE;
    }

    /** Whether this is neither a list nor a record. */
    public final boolean isScalar() {
        return !(this instanceof ListValue || this instanceof AdValue);
    }

    /** The language's name of this value's type, for messages. */
    public abstract String typeName();

    /** Nothing is known: an attribute that is not there. */
    public static final class Undefined extends Value {
        private Undefined() {}

        @Override
        void print(Printer out) {
            out.raw("undefined");
        }

        @Override
        public String typeName() {
            return "undefined";
        }
    }

    /** The operation makes no sense for its operands. */
    public static final class Error extends Value {
        private Error() {}

        @Override
        void print(Printer out) {
            out.raw("error");
        }

        @Override
        public String typeName() {
            return "error";
        }
    }

    /** True or false; there are two instances. */
    public static final class Bool extends Value {
        public static final Bool TRUE = new Bool(true);
        public static final Bool FALSE = new Bool(false);

        private final boolean value;

        private Bool(boolean value) {
            this.value = value;
        }

        public static Bool of(boolean value) {
            return value ? TRUE : FALSE;
        }

        public boolean value() {
            return value;
        }

        @Override
        void print(Printer out) {
            out.raw(value ? "true" : "false");
        }

        @Override
        public String typeName() {
            return "boolean";
        }
    }

    /** A 64-bit integer; arithmetic wraps around. */
    public static final class Int extends Value {
        private static final int CACHE_LOW = -128;
        private static final Int[] CACHE = new Int[2048];

        static {
            Arrays.setAll(CACHE, i -> new Int(i + CACHE_LOW));
        }

        private final long value;

        private Int(long value) {
            this.value = value;
        }

        public static Int of(long value) {
            long index = value - CACHE_LOW;
            return index >= 0 && index < CACHE.length ? CACHE[(int) index] : new Int(value);
        }

        public long value() {
            return value;
        }

        @Override
        void print(Printer out) {
            out.integer(value);
        }

        @Override
        public String typeName() {
            return "integer";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Int i && i.value == value;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(value);
        }
    }

    /** A double-precision number, infinities and NaN included. */
    public static final class Real extends Value {
        private final double value;

        private Real(double value) {
            this.value = value;
        }

        public static Real of(double value) {
            return new Real(value);
        }

        public double value() {
            return value;
        }

        @Override
        void print(Printer out) {
            out.raw(NumberText.of(value));
        }

        @Override
        public String typeName() {
            return "real";
        }

        /** Equal as bits, so that NaN equals itself and 0.0 is not -0.0. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Real r && Double.compare(r.value, value) == 0;
        }

        @Override
        public int hashCode() {
            return Double.hashCode(value);
        }
    }

    /** A string of UTF-16 units. */
    public static final class Str extends Value {
        static final Str EMPTY = new Str("");

        private final String value;

        private Str(String value) {
            this.value = value;
        }

        public static Str of(String value) {
            return value.isEmpty() ? EMPTY : new Str(value);
        }

        public String value() {
            return value;
        }

        @Override
        void print(Printer out) {
            out.string(value);
        }

        @Override
        public String typeName() {
            return "string";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Str s && s.value.equals(value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /** An instant, to the second, and the offset of the place it was written in. */
    public static final class AbsTime extends Value {
        private final long epochSeconds;
        private final int offsetSeconds;

        private AbsTime(long epochSeconds, int offsetSeconds) {
            this.epochSeconds = epochSeconds;
            this.offsetSeconds = offsetSeconds;
        }

        /**
         * @param epochSeconds seconds since 1970-01-01T00:00:00Z
         * @param offsetSeconds seconds east of Greenwich
         */
        public static AbsTime of(long epochSeconds, int offsetSeconds) {
            return new AbsTime(epochSeconds, offsetSeconds);
        }

        public long epochSeconds() {
            return epochSeconds;
        }

        public int offsetSeconds() {
            return offsetSeconds;
        }

        /** Date and time at its offset, or null where the calendar does not reach. */
        OffsetDateTime dateTime() {
            if (Math.abs(offsetSeconds) > ZoneOffset.MAX.getTotalSeconds()
                    || epochSeconds < TimeText.FIRST_SECOND
                    || epochSeconds > TimeText.LAST_SECOND) {
                return null;
            }
            return Instant.ofEpochSecond(epochSeconds)
                    .atOffset(ZoneOffset.ofTotalSeconds(offsetSeconds));
        }

        @Override
        void print(Printer out) {
            TimeText.print(this, out);
        }

        @Override
        public String typeName() {
            return "absolute time";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AbsTime t
                    && t.epochSeconds == epochSeconds
                    && t.offsetSeconds == offsetSeconds;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(epochSeconds) * 31 + offsetSeconds;
        }
    }

    /** A span of time in seconds. */
    public static final class RelTime extends Value {
        private final double seconds;

        private RelTime(double seconds) {
            this.seconds = seconds;
        }

        public static RelTime of(double seconds) {
            return new RelTime(seconds);
        }

        public double seconds() {
            return seconds;
        }

        @Override
        void print(Printer out) {
            TimeText.print(this, out);
        }

        @Override
        public String typeName() {
            return "relative time";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof RelTime t && Double.compare(t.seconds, seconds) == 0;
        }

        @Override
        public int hashCode() {
            return Double.hashCode(seconds) + 1;
        }
    }

    /** A list, its elements not evaluated yet, and the scope they will be evaluated in. */
    public static final class ListValue extends Value {
        static final ListValue EMPTY = new ListValue(new Expr[0], null);

        final Expr[] elements;
        private final Scope scope;

        /**
         * Takes over {@code elements}.
         *
         * @param scope may be null where all elements are values
         */
        ListValue(Expr[] elements, Scope scope) {
            this.elements = elements;
            this.scope = scope;
        }

        static ListValue of(List<? extends Value> values) {
            return new ListValue(values.toArray(new Expr[0]), null);
        }

        public int size() {
            return elements.length;
        }

        Value element(Evaluation ev, int index) {
            Expr element = elements[index];
            return element instanceof Value v ? v : ev.enter(element, scope);
        }

        /** The elements, evaluated now in the scope the list was found in. */
        public List<Value> toList() {
            List<Value> list = new ArrayList<>(elements.length);
            for (Expr element : elements) {
                list.add(
                        element instanceof Value v
                                ? v
                                : new Evaluation(scope.context).run(element, scope));
            }
            return list;
        }

        @Override
        int height() {
            return heightOf(elements);
        }

        @Override
        void print(Printer out) {
            ListExpr.print(elements, out);
        }

        @Override
        void forEachChild(Consumer<Expr> action) {
            for (Expr element : elements) {
                action.accept(element);
            }
        }

        @Override
        public String typeName() {
            return "list";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ListValue l && Arrays.equals(l.elements, elements);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(elements);
        }
    }

    /** A record, its attributes not evaluated yet, in its place. */
    public static final class AdValue extends Value {
        final Scope scope;

        AdValue(Scope scope) {
            this.scope = Objects.requireNonNull(scope);
        }

        /** The record with its expressions as they were written. */
        public ClassAd ad() {
            return scope.ad;
        }

        /** The attribute, evaluated now in the scope the record was found in. */
        public Value get(String name) {
            Expr expr = scope.ad.lookup(name);
            return expr == null ? UNDEFINED : new Evaluation(scope.context).run(expr, scope);
        }

        Value attribute(Evaluation ev, AttrName name) {
            Expr expr = scope.ad.find(name);
            if (expr == null) {
                return UNDEFINED;
            }
            return expr instanceof Value v ? v : ev.enter(expr, scope);
        }

        @Override
        int height() {
            return scope.ad.height() + 1;
        }

        @Override
        void print(Printer out) {
            out.record(scope.ad);
        }

        @Override
        void forEachChild(Consumer<Expr> action) {
            scope.ad.forEach((name, expr) -> action.accept(expr));
        }

        @Override
        public String typeName() {
            return "record";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AdValue a && a.scope.ad.equals(scope.ad);
        }

        @Override
        public int hashCode() {
            return scope.ad.hashCode();
        }
    }
}
