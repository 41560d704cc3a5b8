// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads any number of ads from a stream, one at a time; holds one ad's text at most.
 *
 * <p>New form may be records one after the other, or within one list {@code { [..], [..] }}; JSON
 * may be objects one after the other, or in arrays.
 */
public final class ClassAdReader implements Closeable {
    /** What is told of lines in long form that are no attribute. */
    @FunctionalInterface
    public interface BadLine {
        /**
         * @param line the line as it stands, without its end
         */
        void accept(String line, ClassAdException error);
    }

    /** One of the forms, being read. */
    interface Ads {
        /** The next ad, or null at the end. */
        ClassAd next() throws IOException;

        /**
         * The one ad of a text in memory.
         *
         * @param one what the form calls it, for the error when there is none
         * @param single the same, for the error when there are several
         * @throws ClassAdException if there is none, or more than one
         */
        default ClassAd only(String one, String single) throws IOException {
            ClassAd ad = next();
            if (ad == null) {
                throw new ClassAdException(1, 1, one, "the end of the text");
            }
            if (next() != null) {
                throw new ClassAdException(1, 1, single, "several");
            }
            return ad;
        }
    }

    private final Reader reader;
    private final Ads ads;

    private ClassAdReader(Reader reader, Ads ads) {
        this.reader = reader;
        this.ads = ads;
    }

    /** Reads in old mode whatever form the stream begins with. */
    public static ClassAdReader open(Reader reader) throws IOException {
        return open(reader, Format.AUTO, Mode.OLD, null);
    }

    /**
     * @param badLine in long form, told of bad lines, which are then left out; null to throw
     * @throws IOException from the reader
     */
    public static ClassAdReader open(Reader reader, Format format, Mode mode, BadLine badLine)
            throws IOException {
        TextSource source = new TextSource(reader);
        Format actual = format == Format.AUTO ? detect(source) : format;
        Ads ads =
                switch (actual) {
                    case LONG -> new LongForm(source, mode, badLine)::next;
                    case NEW -> new NewForm(source, mode)::next;
                    case JSON -> JsonForm.ads(source, mode);
                    case XML -> XmlForm.ads(source, mode);
                    case AUTO -> throw new AssertionError("resolved above");
                };
        return new ClassAdReader(reader, ads);
    }

    private static Format detect(TextSource source) throws IOException {
        int i = source.position();
        while (source.has(i) && (source.buffer()[i] <= ' ' || source.buffer()[i] == 0xFEFF)) {
            i++;
        }
        if (!source.has(i)) {
            return Format.LONG;
        }
        Format format = Format.startingWith(source.buffer()[i]);
        if (format == Format.JSON) {
            // A list of records in new form begins like an object.
            int next = i + 1;
            while (source.has(next) && source.buffer()[next] <= ' ') {
                next++;
            }
            return source.has(next) && source.buffer()[next] == '[' ? Format.NEW : format;
        }
        if (format == Format.NEW) {
            // And an array of objects like a record.
            int next = i + 1;
            while (source.has(next) && source.buffer()[next] <= ' ') {
                next++;
            }
            return source.has(next) && source.buffer()[next] == '{' ? Format.JSON : format;
        }
        return format;
    }

    /**
     * The next ad, or null at the end of the stream.
     *
     * @throws ClassAdException if the text is no ad; the rest of the stream is then of no use,
     *     except in long form, where reading goes on after the bad line
     * @throws IOException from the reader
     */
    public ClassAd next() throws IOException {
        return ads.next();
    }

    /** All ads that are left. */
    public List<ClassAd> readAll() throws IOException {
        List<ClassAd> list = new ArrayList<>();
        for (ClassAd ad = next(); ad != null; ad = next()) {
            list.add(ad);
        }
        return list;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
