// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * An ad: named expressions. Immutable. Names are looked up without regard to case and printed as
 * they were written, in the order in which they were written.
 *
 * <p>Two ads are equal when they have equal expressions under the same names; order and case of the
 * names do not count.
 *
 * <p>With Jackson an ad is an object, as {@link Format#JSON} has it.
 */
@JsonSerialize(using = ClassAdJackson.Writer.class)
@JsonDeserialize(using = ClassAdJackson.Reader.class)
public final class ClassAd {
    public static final ClassAd EMPTY = new ClassAd(AdShape.EMPTY, new Expr[0]);

    final AdShape shape;
    private final Expr[] values;

    /** Takes over {@code values}, one for each name of the shape. */
    ClassAd(AdShape shape, Expr[] values) {
        this.shape = shape;
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads one ad in whichever of the four forms it is written in, in old mode.
     *
     * @throws ClassAdException if the text is no ad
     */
    public static ClassAd parse(String text) {
        return ClassAdParser.parseAd(text);
    }

    public int size() {
        return values.length;
    }

    public boolean isEmpty() {
        return values.length == 0;
    }

    Expr find(AttrName name) {
        int index = shape.indexOf(name);
        return index < 0 ? null : values[index];
    }

    /** The expression of that name as it was written, or null. */
    public Expr lookup(String name) {
        return find(AttrName.of(name));
    }

    public boolean has(String name) {
        return lookup(name) != null;
    }

    /** The value of that attribute with no other ad in sight; undefined if there is none. */
    public Value evaluate(String name) {
        return evaluate(name, null, EvalContext.DEFAULT);
    }

    /** The value of that attribute; undefined if there is none. */
    public Value evaluate(String name, ClassAd target, EvalContext context) {
        Expr expr = lookup(name);
        return expr == null ? Value.UNDEFINED : Evaluator.evaluate(expr, this, target, context);
    }

    /** The attribute's value if it is a string. */
    public Optional<String> getString(String name) {
        return evaluate(name) instanceof Value.Str s ? Optional.of(s.value()) : Optional.empty();
    }

    /** The attribute's value if it is a number or a boolean; reals are cut towards zero. */
    public OptionalLong getInteger(String name) {
        Value value = evaluate(name);
        if (value instanceof Value.Int i) {
            return OptionalLong.of(i.value());
        }
        if (value instanceof Value.Real r) {
            return OptionalLong.of((long) r.value());
        }
        return value instanceof Value.Bool b
                ? OptionalLong.of(b.value() ? 1 : 0)
                : OptionalLong.empty();
    }

    /** The attribute's value if it is a number or a boolean. */
    public OptionalDouble getReal(String name) {
        Value value = evaluate(name);
        return value instanceof Value.Int
                        || value instanceof Value.Real
                        || value instanceof Value.Bool
                ? OptionalDouble.of(Operators.toDouble(value))
                : OptionalDouble.empty();
    }

    /** The attribute's value if it is a boolean, or a number, which is true when not zero. */
    public Optional<Boolean> getBoolean(String name) {
        Value.Bool truth = Operators.truth(evaluate(name), false);
        return truth == null ? Optional.empty() : Optional.of(truth.value());
    }

    /** The names as they were written, in that order. */
    public List<String> names() {
        List<String> names = new ArrayList<>(values.length);
        for (AttrName name : shape.names) {
            names.add(name.text);
        }
        return Collections.unmodifiableList(names);
    }

    /** Goes through the attributes in the order in which they were written. */
    public void forEach(BiConsumer<String, Expr> action) {
        for (int i = 0; i < values.length; i++) {
            action.accept(shape.names[i].text, values[i]);
        }
    }

    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.addAll(this);
        return builder;
    }

    /** This ad without those attributes. */
    public ClassAd without(String... names) {
        return without(Arrays.asList(names));
    }

    /** This ad without those attributes. */
    public ClassAd without(Collection<String> names) {
        Builder builder = toBuilder();
        names.forEach(builder::remove);
        return builder.build();
    }

    /** This ad, with the attributes of {@code other} added or put in place of its own. */
    public ClassAd with(ClassAd other) {
        Builder builder = toBuilder();
        builder.addAll(other);
        return builder.build();
    }

    int height() {
        return Expr.heightOf(values);
    }

    @Override
    public boolean equals(Object object) {
        if (this == object) {
            return true;
        }
        if (!(object instanceof ClassAd other) || other.values.length != values.length) {
            return false;
        }
        if (other.shape == shape) {
            return Arrays.equals(other.values, values);
        }
        for (int i = 0; i < values.length; i++) {
            if (!values[i].equals(other.find(shape.names[i]))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < values.length; i++) {
            hash += shape.names[i].hash ^ values[i].hashCode();
        }
        return hash;
    }

    /** The ad in old long form. */
    @Override
    public String toString() {
        return Unparser.longForm(this);
    }

    /** Puts an ad together. Not for use by several threads. */
    public static final class Builder {
        private AttrName[] names = new AttrName[16];
        private Expr[] values = new Expr[16];
        private int size;

        /** Where a name is; only made when a name is put that may be there already. */
        private Map<AttrName, Integer> index;

        private Builder() {}

        /**
         * Adds the attribute, or replaces its expression; a replaced attribute keeps its place and
         * the case its name was first written in.
         *
         * @throws IllegalArgumentException if the name is empty or the ad is full
         */
        public Builder put(String name, Expr expr) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("an attribute needs a name");
            }
            put(AttrName.of(name), expr instanceof Value value ? stored(value) : expr);
            return this;
        }

        /** Adds a string value. For an expression see {@link #putExpr}. */
        public Builder put(String name, String value) {
            return put(name, Value.Str.of(value));
        }

        public Builder putInt(String name, long value) {
            return put(name, Value.Int.of(value));
        }

        public Builder putReal(String name, double value) {
            return put(name, Value.Real.of(value));
        }

        public Builder putBool(String name, boolean value) {
            return put(name, Value.Bool.of(value));
        }

        /**
         * Adds an expression given as text in old mode.
         *
         * @throws ClassAdException if the text is no expression
         */
        public Builder putExpr(String name, String text) {
            return put(name, Expr.parse(text));
        }

        /** Adds all attributes of another ad. */
        public Builder addAll(ClassAd ad) {
            for (int i = 0; i < ad.values.length; i++) {
                put(ad.shape.names[i], ad.values[i]);
            }
            return this;
        }

        public boolean has(String name) {
            return find(AttrName.of(name)) >= 0;
        }

        public Builder remove(String name) {
            int at = find(AttrName.of(name));
            if (at >= 0) {
                System.arraycopy(names, at + 1, names, at, size - at - 1);
                System.arraycopy(values, at + 1, values, at, size - at - 1);
                size--;
                index = null;
            }
            return this;
        }

        public ClassAd build() {
            return new ClassAd(AdShape.of(names, size), Arrays.copyOf(values, size));
        }

        void put(AttrName name, Expr expr) {
            int at = find(name);
            if (at >= 0) {
                values[at] = expr;
                return;
            }
            if (size == Limits.ATTRIBUTES) {
                throw new IllegalArgumentException(
                        "more than " + Limits.ATTRIBUTES + " attributes in one ad");
            }
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            names[size] = name;
            values[size] = expr;
            if (index != null) {
                index.put(name, size);
            }
            size++;
        }

        private int find(AttrName name) {
            if (index == null) {
                index = new HashMap<>();
                for (int i = 0; i < size; i++) {
                    index.put(names[i], i);
                }
            }
            return index.getOrDefault(name, -1);
        }

        /**
         * A value as an expression: the elements of a list as they are now. Lists and records in it
         * stay as they were written, because they may contain themselves.
         */
        private static Expr stored(Value value) {
            if (value instanceof Value.ListValue list) {
                return new ListExpr(
                        list.toList().stream().map(Builder::written).toArray(Expr[]::new));
            }
            return written(value);
        }

        private static Expr written(Expr expr) {
            if (expr instanceof Value.ListValue list) {
                return new ListExpr(
                        Arrays.stream(list.elements).map(Builder::written).toArray(Expr[]::new));
            }
            return expr instanceof Value.AdValue record ? new AdExpr(record.ad()) : expr;
        }
    }
}
