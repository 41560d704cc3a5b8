// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Ads as XML, in HTCondor's vocabulary: {@code classads}, in it a {@code c} for each ad, in that an
 * {@code a n="name"} for each attribute with one element for its value ({@code i r s b un er at rt
 * l c}), or {@code e} with an expression in new syntax.
 *
 * <p>A document type is skipped, an inner one is refused, and no entity but XML's own five is
 * known, so a document can neither make the reader open files nor blow up.
 */
final class XmlForm {
    private static final String HEAD =
            """
            <?xml version="1.0"?>
            <!DOCTYPE classads SYSTEM "classads.dtd">
            <classads>
            """;

    private final XMLStreamReader in;
    private final TextSource.Rest text;
    private final Mode mode;
    private int nesting;

    private XmlForm(XMLStreamReader in, TextSource.Rest text, Mode mode) {
        this.in = in;
        this.text = text;
        this.mode = mode;
    }

    static ClassAd parse(String text, Mode mode) {
        try {
            return ads(new TextSource(text), mode).only("an ad <c>", "one ad");
        } catch (IOException e) {
            throw new UncheckedIOException("there is no I/O in a string", e);
        }
    }

    static ClassAdReader.Ads ads(TextSource source, Mode mode) throws IOException {
        skipProlog(source);
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            TextSource.Rest text = source.rest();
            XmlForm form = new XmlForm(factory.createXMLStreamReader(text), text, mode);
            return form::next;
        } catch (XMLStreamException e) {
            throw error(e);
        }
    }

    /**
     * Takes everything before the first element away, so that the parser, which is not to act on a
     * document type anyhow, does not see one.
     */
    private static void skipProlog(TextSource source) throws IOException {
        while (true) {
            skipBlanks(source);
            if (source.startsWith("<?")) {
                skipTo(source, "?>", false);
            } else if (source.startsWith("<!--")) {
                skipTo(source, "-->", false);
            } else if (source.startsWith("<!DOCTYPE")) {
                skipTo(source, ">", true);
            } else {
                return;
            }
        }
    }

    private static void skipBlanks(TextSource source) throws IOException {
        int i = source.position();
        while (source.has(i) && (source.buffer()[i] <= ' ' || source.buffer()[i] == 0xFEFF)) {
            i++;
        }
        source.take(i);
    }

    private static void skipTo(TextSource source, String end, boolean isType) throws IOException {
        int i = source.position();
        while (source.has(i)) {
            source.take(i);
            if (source.startsWith(end)) {
                source.take(i + end.length());
                return;
            }
            if (isType && source.buffer()[i] == '[') {
                throw new ClassAdException(source.line(), 1, "no inner document type", "'['");
            }
            i++;
        }
        throw new ClassAdException(source.line(), 1, "'" + end + "'", "the end of the text");
    }

    private ClassAd next() throws IOException {
        text.nextAd();
        try {
            while (in.getEventType() != XMLStreamConstants.END_DOCUMENT) {
                int event = in.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    if (in.getLocalName().equals("c")) {
                        return record();
                    }
                    if (!in.getLocalName().equals("classads")) {
                        throw error("<classads> or <c>");
                    }
                }
            }
            return null;
        } catch (XMLStreamException e) {
            throw error(e);
        }
    }

    private static ClassAdException error(XMLStreamException e) throws IOException {
        if (e.getNestedException() instanceof TextSource.TooLong tooLong) {
            Location at = e.getLocation();
            throw tooLong.toException(at == null ? 1 : Math.max(1, at.getLineNumber()));
        }
        if (e.getNestedException() instanceof IOException io) {
            throw io;
        }
        Location at = e.getLocation();
        String found = e.getMessage() == null ? "something else" : e.getMessage();
        return new ClassAdException(
                at == null ? 1 : Math.max(1, at.getLineNumber()),
                at == null ? 1 : Math.max(1, at.getColumnNumber()),
                "XML",
                found.lines().reduce((first, second) -> second).orElse(""),
                e);
    }

    private ClassAdException error(String expected) {
        Location at = in.getLocation();
        String found = in.hasName() ? "<" + in.getLocalName() + ">" : "something else";
        return new ClassAdException(
                Math.max(1, at.getLineNumber()),
                Math.max(1, at.getColumnNumber()),
                expected,
                found);
    }

    /** Moves to the next element that starts, or to the end of this one; false for the latter. */
    private boolean child() throws XMLStreamException {
        while (true) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT:
                    return true;
                case XMLStreamConstants.END_ELEMENT:
                    return false;
                case XMLStreamConstants.CHARACTERS:
                    if (!in.isWhiteSpace()) {
                        throw error("an element");
                    }
                    break;
                default:
                    break;
            }
        }
    }

    private ClassAd record() throws XMLStreamException {
        AdAssembler ad = new AdAssembler();
        while (child()) {
            if (!in.getLocalName().equals("a")) {
                throw error("an attribute <a>");
            }
            String name = in.getAttributeValue(null, "n");
            if (name == null || name.isEmpty()) {
                throw error("an attribute name n=\"...\"");
            }
            if (!child()) {
                throw error("a value");
            }
            Expr value = value();
            if (child()) {
                throw error("one value");
            }
            if (!ad.add(attributeName(name), value)) {
                throw error("at most " + Limits.ATTRIBUTES + " attributes");
            }
        }
        return ad.finish();
    }

    /** A name that XML cannot hold, or that begins with a quote, is written in quotes. */
    private AttrName attributeName(String text) {
        if (text.startsWith("'")
                && ClassAdParser.parseExpr(text, mode, false) instanceof AttrRef ref) {
            return ref.name;
        }
        return AttrName.of(text);
    }

    private Expr value() throws XMLStreamException {
        if (++nesting > Limits.NESTING) {
            throw error("at most " + Limits.NESTING + " levels of nesting");
        }
        Expr value =
                switch (in.getLocalName()) {
                    case "i" -> integer();
                    case "r" -> real();
                    case "s" -> SharedExprs.string(in.getElementText());
                    case "b" -> bool();
                    case "un" -> empty(Value.UNDEFINED);
                    case "er" -> empty(Value.ERROR);
                    case "at" -> time("absTime");
                    case "rt" -> time("relTime");
                    case "e" -> expression(in.getElementText());
                    case "c" -> new AdExpr(record());
                    case "l" -> list();
                    default -> throw error("a value");
                };
        nesting--;
        return value;
    }

    private Value empty(Value value) throws XMLStreamException {
        if (child()) {
            throw error("nothing inside");
        }
        return value;
    }

    private ListExpr list() throws XMLStreamException {
        List<Expr> elements = new ArrayList<>();
        while (child()) {
            elements.add(value());
        }
        return new ListExpr(elements.toArray(new Expr[0]));
    }

    private Value integer() throws XMLStreamException {
        String text = in.getElementText().strip();
        try {
            return Value.Int.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw error("an integer");
        }
    }

    private Value real() throws XMLStreamException {
        String text = in.getElementText().strip();
        Double value = NumberText.real(text);
        if (value == null) {
            throw error("a real");
        }
        return Value.Real.of(value);
    }

    private Value bool() throws XMLStreamException {
        String text = in.getAttributeValue(null, "v");
        if (text == null || !(text.equals("t") || text.equals("f"))) {
            throw error("v=\"t\" or v=\"f\"");
        }
        return empty(Value.Bool.of(text.equals("t")));
    }

    private Expr time(String function) throws XMLStreamException {
        String text = in.getElementText().strip();
        Value value =
                Evaluator.evaluate(
                        new Call(function, new Expr[] {Value.Str.of(text)}), ClassAd.EMPTY);
        if (value.isError()) {
            throw error("a time");
        }
        return value;
    }

    private Expr expression(String text) {
        try {
            return SharedExprs.share(text, ClassAdParser.parseExpr(text, mode, false));
        } catch (ClassAdException e) {
            Location at = in.getLocation();
            throw new ClassAdException(
                    at.getLineNumber(), at.getColumnNumber(), e.expected(), e.found(), e);
        }
    }

    static void write(Writer out, Iterable<ClassAd> ads) throws IOException {
        out.append(HEAD);
        StringBuilder text = new StringBuilder();
        for (ClassAd ad : ads) {
            text.setLength(0);
            write(text, ad, "\n", "    ");
            out.append(text.append('\n'));
        }
        out.append("</classads>\n");
    }

    /** Nested records stand on one line, without the white space. */
    private static void write(StringBuilder out, ClassAd ad, String newline, String indent) {
        out.append("<c>").append(newline);
        for (int i = 0; i < ad.size(); i++) {
            AttrName name = ad.shape.names[i];
            out.append(indent).append("<a n=\"");
            boolean plain = isXmlText(name.text) && !name.text.startsWith("'");
            escape(out, plain ? name.text : Unparser.newExpression(new AttrRef(name, false)));
            out.append("\">");
            write(out, ad.find(name));
            out.append("</a>").append(newline);
        }
        out.append("</c>");
    }

    private static void write(StringBuilder out, Expr expr) {
        if (expr instanceof Value.Int i) {
            out.append("<i>").append(i.value()).append("</i>");
        } else if (expr instanceof Value.Real r) {
            out.append("<r>").append(NumberText.xml(r.value())).append("</r>");
        } else if (expr instanceof Value.Bool b) {
            out.append("<b v=\"").append(b.value() ? 't' : 'f').append("\"/>");
        } else if (expr instanceof Value.Str s && isXmlText(s.value())) {
            out.append("<s>");
            escape(out, s.value());
            out.append("</s>");
        } else if (expr == Value.UNDEFINED) {
            out.append("<un/>");
        } else if (expr == Value.ERROR) {
            out.append("<er/>");
        } else if (expr instanceof Value.AbsTime t && TimeText.format(t) != null) {
            out.append("<at>").append(TimeText.format(t)).append("</at>");
        } else if (expr instanceof Value.RelTime t && TimeText.format(t) != null) {
            out.append("<rt>").append(TimeText.format(t)).append("</rt>");
        } else if (expr instanceof AdExpr record) {
            write(out, record.ad, "", "");
        } else if (expr instanceof ListExpr list) {
            out.append("<l>");
            for (Expr element : list.elements) {
                write(out, element);
            }
            out.append("</l>");
        } else {
            out.append("<e>");
            escape(out, Unparser.newExpression(expr));
            out.append("</e>");
        }
    }

    private static final Map<Character, String> ENTITIES =
            Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;", '"', "&quot;", '\r', "&#13;");

    private static void escape(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String entity = c < '?' ? ENTITIES.get(c) : null;
            if (entity != null) {
                out.append(entity);
            } else if (c == '\n' || c == '\t') {
                // Attribute values would lose them.
                out.append("&#").append((int) c).append(';');
            } else {
                out.append(c);
            }
        }
    }

    /** Whether XML can hold the text at all; control characters are beyond it. */
    private static boolean isXmlText(String text) {
        return text.codePoints()
                .allMatch(
                        c ->
                                c == '\t'
                                        || c == '\n'
                                        || c == '\r'
                                        || c >= ' ' && c < 0xD800
                                        || c > 0xDFFF && c != 0xFFFE && c != 0xFFFF);
    }
}
