// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Functions over lists written as one string, {@code "red, blue green"}. */
final class StringListBuiltins {
    private static final String DELIMITERS = " ,";

    private StringListBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("stringListSize", ofItems((ev, items) -> Value.Int.of(items.size())));
        to.add("stringListSum", ofItems((ev, items) -> fold(items, Fold.SUM)));
        to.add("stringListAvg", ofItems((ev, items) -> fold(items, Fold.AVERAGE)));
        to.add("stringListMin", ofItems((ev, items) -> fold(items, Fold.LEAST)));
        to.add("stringListMax", ofItems((ev, items) -> fold(items, Fold.GREATEST)));
        to.add("stringListMember", member(false));
        to.add("stringListIMember", member(true));
        to.add("stringListsIntersect", Builtin.strict(2, 3, StringListBuiltins::intersect));
        to.add("stringList_regexpMember", Builtin.strict(2, 4, StringListBuiltins::regexpMember));
        to.add("split", Builtin.strict(1, 2, StringListBuiltins::split));
    }

    /** The items between delimiters, without blanks round them and without empty ones. */
    static List<String> items(String text, String delimiters) {
        List<String> items = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || delimiters.indexOf(text.charAt(i)) >= 0) {
                String item = text.substring(from, i).strip();
                if (!item.isEmpty()) {
                    items.add(item);
                }
                from = i + 1;
            }
        }
        return items;
    }

    /** The items of the list in argument {@code index}, delimiters in the one behind it. */
    private static List<String> items(Evaluation ev, Value[] args, int index, int delimiters) {
        String text = Builtin.text(args, index);
        String between = Builtin.textOr(args, delimiters, DELIMITERS);
        // Every character may be looked for among all delimiters.
        return text == null
                        || between == null
                        || !ev.chargeText(text.length() * (1L + between.length()))
                ? null
                : items(text, between);
    }

    private interface OfItems {
        Value call(Evaluation ev, List<String> items);
    }

    private static Builtin ofItems(OfItems function) {
        return Builtin.strict(
                1,
                2,
                (ev, args) -> {
                    List<String> items = items(ev, args, 0, 1);
                    return items == null ? Value.ERROR : function.call(ev, items);
                });
    }

    private enum Fold {
        SUM,
        AVERAGE,
        LEAST,
        GREATEST
    }

    private static Value fold(List<String> items, Fold fold) {
        Value result = null;
        boolean real = false;
        for (String item : items) {
            Long integer = NumberText.integer(item);
            Double number = integer == null ? NumberText.real(item) : null;
            if (integer == null && number == null) {
                return Value.ERROR;
            }
            real |= integer == null;
            Value value = integer != null ? Value.Int.of(integer) : Value.Real.of(number);
            result = result == null ? value : step(fold, result, value);
        }
        if (result == null) {
            return switch (fold) {
                case SUM -> Value.Int.of(0);
                case AVERAGE -> Value.Real.of(0);
                case LEAST, GREATEST -> Value.UNDEFINED;
            };
        }
        if (fold == Fold.AVERAGE) {
            return Operators.binary(Binary.Op.DIVIDE, result, Value.Real.of((double) items.size()));
        }
        return real && result instanceof Value.Int i ? Value.Real.of((double) i.value()) : result;
    }

    private static Value step(Fold fold, Value a, Value b) {
        if (fold == Fold.SUM || fold == Fold.AVERAGE) {
            return Operators.binary(Binary.Op.ADD, a, b);
        }
        Binary.Op keep = fold == Fold.LEAST ? Binary.Op.LESS_EQUAL : Binary.Op.GREATER_EQUAL;
        return Operators.binary(keep, a, b).isTrue() ? a : b;
    }

    private static Builtin member(boolean anyCase) {
        return Builtin.strict(
                2,
                3,
                (ev, args) -> {
                    String wanted = Builtin.text(args, 0);
                    List<String> items = items(ev, args, 1, 2);
                    if (wanted == null || items == null) {
                        return Value.ERROR;
                    }
                    for (String item : items) {
                        if (anyCase
                                ? Operators.compareIgnoreCase(item, wanted) == 0
                                : item.equals(wanted)) {
                            return Value.Bool.TRUE;
                        }
                    }
                    return Value.Bool.FALSE;
                });
    }

    private static Value intersect(Evaluation ev, Value[] args) {
        List<String> a = items(ev, args, 0, 2);
        List<String> b = items(ev, args, 1, 2);
        if (a == null || b == null) {
            return Value.ERROR;
        }
        Set<String> known = new HashSet<>(a);
        return Value.Bool.of(b.stream().anyMatch(known::contains));
    }

    private static Value regexpMember(Evaluation ev, Value[] args) {
        String pattern = Builtin.text(args, 0);
        List<String> items = items(ev, args, 1, 2);
        String options = Builtin.textOr(args, 3, "");
        if (pattern == null || items == null || options == null) {
            return Value.ERROR;
        }
        Regex regex = Regex.compile(pattern, options);
        if (regex == null) {
            return Value.ERROR;
        }
        for (String item : items) {
            Boolean found = regex.find(ev, item);
            if (found == null) {
                return Value.ERROR;
            }
            if (found) {
                return Value.Bool.TRUE;
            }
        }
        return Value.Bool.FALSE;
    }

    private static Value split(Evaluation ev, Value[] args) {
        String text = Builtin.text(args, 0);
        String between = Builtin.textOr(args, 1, ", \t\r\n");
        if (text == null
                || between == null
                || !ev.chargeText(text.length() * (1L + between.length()))) {
            return Value.ERROR;
        }
        return Builtin.strings(ev, items(text, between));
    }
}
