// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import roost.classad.ClassAd;

/**
 * The file that {@code -jobad} names: one {@code Name = expression} a line, in the old ClassAd
 * syntax; blank lines and lines that begin with {@code #} are skipped; a line that is neither is
 * reported and skipped. Lines may be longer than HTCondor's 1023 characters, which cuts them.
 * Source: HTCondor 8.8 cod_tool.cpp and the transcripts of 8.9.11.
 */
final class JobAdFile {
    /** The most that is read of a file, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    private JobAdFile() {}

    /**
     * Reads a job ad.
     *
     * @param file its name, for messages
     * @param err where bad lines are reported
     * @throws CodRefusal if it is larger than {@link #MAX_BYTES}
     */
    static ClassAd read(InputStream in, String file, PrintStream err)
            throws IOException, CodRefusal {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw CodRefusal.of(
                    "ERROR: the job ad in '" + file + "' is larger than " + MAX_BYTES + " bytes");
        }
        ClassAd.Builder ad = ClassAd.builder();
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (String line : text.split("\r?\n", -1)) {
            String content = line.strip();
            if (content.isEmpty() || content.startsWith("#")) {
                continue;
            }
            if (!insert(ad, content)) {
                err.println(
                        "Failed to insert \""
                                + line.stripLeading()
                                + "\" into ClassAd, ignoring this line");
            }
        }
        return ad.build();
    }

    private static boolean insert(ClassAd.Builder ad, String line) {
        int equals = line.indexOf('=');
        String name = line.substring(0, Math.max(equals, 0)).strip();
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            return false;
        }
        try {
            ad.putExpr(name, line.substring(equals + 1).strip());
            return true;
        } catch (IllegalArgumentException e) {
            return false; // No expression, or more attributes than an ad may have.
        }
    }
}
