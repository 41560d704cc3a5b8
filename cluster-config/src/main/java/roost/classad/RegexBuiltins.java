// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/** Functions with regular expressions. */
final class RegexBuiltins {
    private RegexBuiltins() {}

    static void register(Builtins.Registry to) {
        to.add("regexp", Builtin.strict(2, 3, RegexBuiltins::regexp));
        to.add("regexpMember", Builtin.strict(2, 3, RegexBuiltins::member));
        to.add("regexps", substitution(""));
        to.add("replace", substitution("f"));
        to.add("replaceAll", substitution("fg"));
    }

    private static Regex regex(Value[] args, int options, String moreOptions) {
        String pattern = Builtin.text(args, 0);
        String letters = Builtin.textOr(args, options, "");
        return pattern == null || letters == null
                ? null
                : Regex.compile(pattern, letters + moreOptions);
    }

    private static Value regexp(Evaluation ev, Value[] args) {
        String target = Builtin.text(args, 1);
        Regex regex = target == null ? null : regex(args, 2, "");
        Boolean found = regex == null ? null : regex.find(ev, target);
        return found == null ? Value.ERROR : Value.Bool.of(found);
    }

    /** An undefined element may have matched; any other that is no string is an error. */
    private static Value member(Evaluation ev, Value[] args) {
        Regex regex = regex(args, 2, "");
        if (regex == null
                || !(args[1] instanceof Value.ListValue list)
                || !ev.charge(list.size())) {
            return Value.ERROR;
        }
        boolean undefined = false;
        for (int i = 0; i < list.size(); i++) {
            Value element = list.element(ev, i);
            if (element instanceof Value.Str s) {
                Boolean found = regex.find(ev, s.value());
                if (found == null) {
                    return Value.ERROR;
                }
                if (found) {
                    return Value.Bool.TRUE;
                }
            } else if (element.isUndefined()) {
                undefined = true;
            } else {
                return Value.ERROR;
            }
        }
        return undefined ? Value.UNDEFINED : Value.Bool.FALSE;
    }

    private static Builtin substitution(String options) {
        return Builtin.strict(
                3,
                4,
                (ev, args) -> {
                    String target = Builtin.text(args, 1);
                    String substitute = Builtin.text(args, 2);
                    Regex regex = regex(args, 3, options);
                    return target == null || substitute == null || regex == null
                            ? Value.ERROR
                            : substitute(ev, regex, target, substitute);
                });
    }

    private static Value substitute(Evaluation ev, Regex regex, String target, String substitute) {
        Regex.Search search = regex.search(ev, target);
        StringBuilder out = new StringBuilder();
        int done = 0;
        while (search.next()) {
            if (regex.full) {
                out.append(target, done, search.matcher.start());
            }
            done = search.matcher.end();
            if (!expand(search, substitute, out) || out.length() > Limits.STRING_CHARS) {
                return Value.ERROR;
            }
            if (!regex.global) {
                break;
            }
        }
        if (search.failed) {
            return Value.ERROR;
        }
        if (regex.full) {
            out.append(target, done, target.length());
        }
        return Builtin.string(ev, out);
    }

    /** Puts groups in for {@code \0} to {@code \9}; false if there is no such group. */
    private static boolean expand(Regex.Search search, String substitute, StringBuilder out) {
        for (int i = 0; i < substitute.length(); i++) {
            char c = substitute.charAt(i);
            int next = i + 1 < substitute.length() ? substitute.charAt(i + 1) : -1;
            if (c == '\\' && next >= '0' && next <= '9') {
                int group = next - '0';
                if (group > search.matcher.groupCount()) {
                    return false;
                }
                String text = search.matcher.group(group);
                if (text != null) {
                    out.append(text);
                }
                i++;
            } else if (c == '\\' && next == '\\') {
                out.append('\\');
                i++;
            } else {
                out.append(c);
            }
        }
        return true;
    }
}
