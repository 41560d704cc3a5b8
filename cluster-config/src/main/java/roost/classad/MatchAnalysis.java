// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why two ads match or do not: the Requirements of each taken apart at {@code &&} into clauses, and
 * for every clause what it came to and the values it saw.
 */
public final class MatchAnalysis {
    /** References that one clause is explained with; a longer list explains nothing. */
    private static final int MOST_REFERENCES = 50;

    /** Attributes that are followed from one into the next while clauses are collected. */
    private static final int DEEPEST = 20;

    /** Clauses of one side; more explain nothing either. */
    private static final int MOST_CLAUSES = 200;

    /**
     * One condition that must hold.
     *
     * @param text as it stands in the ad, without parentheses round all of it
     * @param via the attribute it was found in: Requirements, or one that Requirements refers to
     * @param value what it came to
     * @param holds whether that is good enough
     * @param seen the references in it, as written, each with its value
     */
    public record Clause(
            String text, String via, Value value, boolean holds, Map<String, Value> seen) {}

    /**
     * One side of a match.
     *
     * @param present whether there are Requirements at all
     * @param value what they came to as a whole
     */
    public record Side(boolean present, Value value, boolean holds, List<Clause> clauses) {
        /** The clauses to blame. */
        public List<Clause> failed() {
            return clauses.stream().filter(clause -> !clause.holds()).toList();
        }
    }

    private MatchAnalysis() {}

    /** Takes apart what {@code my} requires of {@code target}. */
    public static Side of(ClassAd my, ClassAd target, EvalContext context) {
        Expr requirements = my.find(Match.REQUIREMENTS);
        if (requirements == null) {
            return new Side(false, Value.UNDEFINED, false, List.of());
        }
        Value value = Evaluator.evaluate(requirements, my, target, context);
        List<Clause> clauses = new ArrayList<>();
        new Collector(my, target, context, clauses).collect(requirements, "Requirements", 0);
        return new Side(true, value, holds(value, context), List.copyOf(clauses));
    }

    private static boolean holds(Value value, EvalContext context) {
        return Operators.truth(value, context.mode() == Mode.STRICT) == Value.Bool.TRUE;
    }

    private record Collector(
            ClassAd my, ClassAd target, EvalContext context, List<Clause> clauses) {

        /** Goes through a conjunction, and through attributes of this ad that stand for one. */
        void collect(Expr expr, String via, int depth) {
            if (clauses.size() == MOST_CLAUSES) {
                return;
            }
            Expr bare = Paren.strip(expr);
            if (bare instanceof Logical conjunction && conjunction.and) {
                for (Expr term : conjunction.terms) {
                    collect(term, via, depth);
                }
                return;
            }
            AttrName own = ownAttribute(bare);
            Expr behind = own == null ? null : my.find(own);
            if (behind != null && !(behind instanceof Value) && depth < DEEPEST) {
                collect(behind, own.text, depth + 1);
                return;
            }
            Value value = Evaluator.evaluate(bare, my, target, context);
            clauses.add(new Clause(bare.toString(), via, value, holds(value, context), seen(bare)));
        }

        private AttrName ownAttribute(Expr expr) {
            if (expr instanceof AttrRef ref) {
                return ref.name;
            }
            return expr instanceof Select s && s.scopeName == SpecialName.MY ? s.name : null;
        }

        private Map<String, Value> seen(Expr clause) {
            Map<String, Value> seen = new LinkedHashMap<>();
            ExprBuiltins.References.collect(
                    clause,
                    reference -> {
                        if (seen.size() < MOST_REFERENCES) {
                            seen.computeIfAbsent(
                                    reference.toString(),
                                    name -> Evaluator.evaluate(reference, my, target, context));
                        }
                    });
            return seen;
        }
    }

    /**
     * What {@code first} requires of {@code second}, for people: some lines, each ended by a
     * newline.
     *
     * @param a what to call the first ad
     * @param b what to call the second
     */
    public static String explain(
            ClassAd first, ClassAd second, String a, String b, EvalContext context) {
        StringBuilder out = new StringBuilder();
        explain(out, of(first, second, context), a, b);
        return out.toString();
    }

    private static void explain(StringBuilder out, Side side, String mine, String other) {
        if (!side.present()) {
            out.append(mine).append(" has no Requirements, so it matches nothing.\n");
            return;
        }
        out.append("Requirements of %s against %s: %s\n".formatted(mine, other, side.value()));
        for (Clause clause : side.clauses()) {
            out.append(clause.holds() ? "    yes  " : "    NO   ").append(clause.text());
            if (!clause.via().equals("Requirements")) {
                out.append("   (from ").append(clause.via()).append(')');
            }
            out.append('\n');
            if (!clause.holds() && !clause.value().equals(Value.Bool.FALSE)) {
                out.append("             is ").append(clause.value()).append('\n');
            }
            clause.seen()
                    .forEach(
                            (name, value) ->
                                    out.append("             ")
                                            .append(name)
                                            .append(" is ")
                                            .append(value)
                                            .append('\n'));
        }
    }
}
