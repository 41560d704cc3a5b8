// SPDX-License-Identifier: Apache-2.0
package roost.cli;

/** The version of this command line, in the two lines that HTCondor's tools print. */
public final class Version {
    private static final String NUMBER = number();

    /** {@code $CondorVersion: ... $} and {@code $CondorPlatform: ... $}, a line each. */
    public static final String TEXT =
            "$CondorVersion: "
                    + NUMBER
                    + " Roost $\n$CondorPlatform: "
                    + architecture()
                    + "-"
                    + System.getProperty("os.name")
                    + " $\n";

    private Version() {}

    private static String number() {
        String packaged = Version.class.getPackage().getImplementationVersion();
        return packaged == null ? "development" : packaged;
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "X86_64" : name.toUpperCase(java.util.Locale.ROOT);
    }
}
