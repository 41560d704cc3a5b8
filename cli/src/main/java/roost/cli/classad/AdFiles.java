// SPDX-License-Identifier: Apache-2.0
package roost.cli.classad;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.ClassAdReader;
import roost.classad.EvalContext;
import roost.classad.Format;
import roost.classad.Mode;

/** What both commands do with what the user gave them. */
final class AdFiles {
    private AdFiles() {}

    /**
     * The first ad of a file, in any of the four forms; {@code -} is standard input.
     *
     * @throws IOException also for a file with a text that is no ad, with the place in its message
     */
    static ClassAd read(CommandHost host, String path, Mode mode) throws IOException {
        try (InputStream in = path.equals("-") ? host.in() : host.read(path);
                Reader text =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
                ClassAdReader ads = ClassAdReader.open(text, Format.AUTO, mode, null)) {
            ClassAd ad = ads.next();
            return ad == null ? ClassAd.EMPTY : ad;
        } catch (ClassAdException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /** The caller's time and time zone. */
    static EvalContext context(CommandHost host, Mode mode) {
        return EvalContext.of(mode)
                .withClock(host.clock().withZone(zone(host)))
                .withDebug(host.err()::println);
    }

    private static ZoneId zone(CommandHost host) {
        String name = host.environment().getOrDefault("TZ", "");
        try {
            return name.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(name.replaceFirst("^:", ""));
        } catch (DateTimeException e) {
            // As the C library does with a zone it does not know.
            return ZoneId.of("UTC");
        }
    }
}
