// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * Values that have no literal are printed as calls: {@code real("INF")}, {@code absTime("...")}.
 * Reading such a call gives the value again, so that an ad survives printing and reading.
 *
 * <p>Only a call that is exactly what the value prints as is folded; any other stays as written.
 */
final class Folding {
    private Folding() {}

    static Expr fold(Call call) {
        if (call.args.length == 0 || call.args.length > 64) {
            return call;
        }
        for (Expr arg : call.args) {
            if (!(arg instanceof Value)) {
                return call;
            }
        }
        Value value = value(call);
        return value != null && Unparser.expression(value).equals(Unparser.expression(call))
                ? value
                : call;
    }

    private static Value value(Call call) {
        return switch (call.name) {
            case "real", "absTime", "relTime", "strcat", "substr" ->
                    Evaluator.evaluate(call, ClassAd.EMPTY);
            default -> null;
        };
    }
}
