// SPDX-License-Identifier: Apache-2.0
package roost.match;

import java.util.List;
import roost.api.ApiException;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.EvalContext;
import roost.classad.Expr;
import roost.classad.Match;

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
                    "the constraint '" + text + "' is no expression: " + e.getMessage());
        }
    }

    /** True, or a number other than zero; undefined and error do not hold. */
    public boolean accepts(ClassAd ad) {
        return Match.holds(expression, ad, null, EvalContext.DEFAULT);
    }

    /** The ad with only the named attributes; the whole ad if none are named. */
    public static ClassAd project(ClassAd ad, List<String> names) {
        if (names.isEmpty()) {
            return ad;
        }
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
