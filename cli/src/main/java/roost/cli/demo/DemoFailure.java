// SPDX-License-Identifier: Apache-2.0
package roost.cli.demo;

/** A step of the demo did not hold. */
final class DemoFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message);
    }
}
