// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;

/** A file that cannot be used as a checkpoint image, and why. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is; what to do differs. */
    public enum Kind {
        /** Something else than a checkpoint image. */
        FOREIGN,
        /** Begins as an image, but its end is missing: never finished, or cut later. */
        TRUNCATED,
        /** Complete, but some byte of it is not what was written. */
        DAMAGED,
        /** Written by a version of the library that this one does not understand. */
        OTHER_VERSION
    }

    private final Kind kind;

    ImageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is in an image's place is none. */
    public static ImageException foreign(String message) {
        return new ImageException(Kind.FOREIGN, message);
    }

    public Kind kind() {
        return kind;
    }
}
