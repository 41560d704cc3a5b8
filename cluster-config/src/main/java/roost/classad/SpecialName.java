// SPDX-License-Identifier: Apache-2.0
package roost.classad;

/**
 * Names that stand for an ad, or for the time, where no attribute of that name is in scope.
 *
 * <p>{@code my} and {@code CurrentTime} exist in old mode only, {@code other} (an older word for
 * {@code target}) in strict mode only.
 */
enum SpecialName {
    NONE,
    MY,
    SELF,
    TARGET,
    OTHER,
    PARENT,
    ROOT,
    CURRENT_TIME;

    static SpecialName of(String key) {
        return switch (key) {
            case "my" -> MY;
            case "self" -> SELF;
            case "target" -> TARGET;
            case "other" -> OTHER;
            case "parent" -> PARENT;
            case "root", "toplevel" -> ROOT;
            case "currenttime" -> CURRENT_TIME;
            default -> NONE;
        };
    }

    /** The ad this name stands for as seen from {@code scope}, or null. */
    Scope scope(Scope scope, boolean strict) {
        return switch (this) {
            case MY -> strict ? null : scope;
            case SELF -> scope;
            case TARGET -> scope.other();
            case OTHER -> strict ? scope.other() : null;
            case PARENT -> scope.parent;
            case ROOT -> scope.root;
            case NONE, CURRENT_TIME -> null;
        };
    }
}
