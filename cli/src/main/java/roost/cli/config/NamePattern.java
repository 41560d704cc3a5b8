// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import roost.config.BoundedPattern;
import roost.config.CondorConfig;

/** A regular expression for names, found anywhere in them and without regard to case. */
record NamePattern(BoundedPattern pattern) {

    /** A text that is no regular expression stands for itself. */
    static NamePattern of(String text) {
        try {
            return new NamePattern(new BoundedPattern(text, Pattern.CASE_INSENSITIVE));
        } catch (PatternSyntaxException e) {
            int literal = Pattern.LITERAL | Pattern.CASE_INSENSITIVE;
            return new NamePattern(new BoundedPattern(text, literal));
        }
    }

    /** The names of a configuration that match, sorted. */
    List<String> matching(CondorConfig config) {
        return config.names().stream().filter(pattern::isFoundIn).toList();
    }
}
