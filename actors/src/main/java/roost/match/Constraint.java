// SPDX-License-Identifier: Apache-2.0
package roost.match;

import java.util.List;
import roost.api.ApiException;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;
import roost.classad.Value;

/** A user's constraint on ads. */
public record Constraint(Expr expression) {

    /**
     * Reads a constraint.
     *
     * @throws ApiException INVALID if it is no expression, saying where
     */
    public static Constraint parse(String text) {
        try {
            return new Constraint(Expr.parse(text));
        } catch (ClassAdException e) {
            throw new ApiException(
                    ApiException.Code.INVALID,
                    "the constraint is no ClassAd expression: " + e.getMessage());
        }
    }

    public boolean accepts(ClassAd ad) {
        return holds(Evaluator.evaluate(expression, ad, null, EvalContext.DEFAULT));
    }

    /** True, or a number other than zero; undefined and error do not hold. */
    public static boolean holds(Value value) {
        return value.isTrue()
                || (value instanceof Value.Int number && number.value() != 0)
                || (value instanceof Value.Real real && real.value() != 0);
    }

    /** The ad with only the named attributes. */
    public static ClassAd project(ClassAd ad, List<String> names) {
        ClassAd.Builder projected = ClassAd.builder();
        for (String name : names) {
            Expr expression = ad.lookup(name);
            if (expression != null) {
                projected.put(name, expression);
            }
        }
        return projected.build();
    }
}
