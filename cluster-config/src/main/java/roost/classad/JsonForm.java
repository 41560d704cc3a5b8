// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Ads as JSON, the way HTCondor writes them: undefined is null, lists are arrays, records are
 * objects, and every expression without a JSON counterpart is a string {@code "/Expr(...)/"} in new
 * syntax. A string that looks like one is written as one, so that it survives.
 */
final class JsonForm {
    private static final String EXPR_BEGIN = "/Expr(";
    private static final String EXPR_END = ")/";

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(Limits.NESTING)
                                    .maxStringLength(Limits.TEXT_CHARS)
                                    .maxNameLength(Limits.TEXT_CHARS)
                                    .maxNumberLength(400)
                                    .build())
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                    .build();

    private final JsonParser in;
    private final TextSource.Rest text;
    private final Mode mode;

    private JsonForm(JsonParser in, TextSource.Rest text, Mode mode) {
        this.in = in;
        this.text = text;
        this.mode = mode;
    }

    static ClassAd parse(String text, Mode mode) {
        try {
            return ads(new TextSource(text), mode).only("an object", "one object");
        } catch (IOException e) {
            throw new UncheckedIOException("there is no I/O in a string", e);
        }
    }

    static ClassAdReader.Ads ads(TextSource source, Mode mode) throws IOException {
        TextSource.Rest text = source.rest();
        JsonForm form = new JsonForm(FACTORY.createParser(text), text, mode);
        return form::next;
    }

    /** One ad out of a larger JSON text, whose current token begins the ad's object. */
    static ClassAd read(JsonParser in) throws IOException {
        JsonForm form = new JsonForm(in, null, Mode.OLD);
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw form.error("an object", null);
        }
        return form.object();
    }

    private ClassAd next() throws IOException {
        text.nextAd();
        try {
            JsonToken token = in.nextToken();
            // Arrays round the ads are no more than punctuation.
            while (token == JsonToken.START_ARRAY || token == JsonToken.END_ARRAY) {
                token = in.nextToken();
            }
            if (token == null) {
                return null;
            }
            if (token != JsonToken.START_OBJECT) {
                throw error("an object", null);
            }
            return object();
        } catch (JsonProcessingException e) {
            throw error("JSON", e);
        } catch (TextSource.TooLong e) {
            throw e.toException(Math.max(1, in.currentLocation().getLineNr()));
        }
    }

    private ClassAdException error(String expected, JsonProcessingException cause) {
        JsonLocation at = cause == null ? in.currentTokenLocation() : cause.getLocation();
        String found =
                cause == null ? "'" + in.currentToken().name() + "'" : cause.getOriginalMessage();
        return at == null
                ? new ClassAdException(1, 1, expected, found, cause)
                : new ClassAdException(
                        Math.max(1, at.getLineNr()),
                        Math.max(1, at.getColumnNr()),
                        expected,
                        found,
                        cause);
    }

    private ClassAd object() throws IOException {
        AdAssembler ad = new AdAssembler();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            if (name.isEmpty()) {
                throw error("an attribute name", null);
            }
            in.nextToken();
            if (!ad.add(AttrName.of(name), value())) {
                throw error("at most " + Limits.ATTRIBUTES + " attributes", null);
            }
        }
        return ad.finish();
    }

    private Expr value() throws IOException {
        switch (in.currentToken()) {
            case VALUE_NULL:
                return Value.UNDEFINED;
            case VALUE_TRUE:
                return Value.Bool.TRUE;
            case VALUE_FALSE:
                return Value.Bool.FALSE;
            case VALUE_NUMBER_INT:
                return integer();
            case VALUE_NUMBER_FLOAT:
                return Value.Real.of(in.getDoubleValue());
            case VALUE_STRING:
                return string(in.getText());
            case START_OBJECT:
                return new AdExpr(object());
            case START_ARRAY:
                List<Expr> elements = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value());
                }
                return new ListExpr(elements.toArray(new Expr[0]));
            default:
                throw error("a value", null);
        }
    }

    private Expr integer() throws IOException {
        // A number beyond 64 bits is a real, as any JSON reader without big integers has it.
        return in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? Value.Real.of(in.getDoubleValue())
                : Value.Int.of(in.getLongValue());
    }

    private Expr string(String text) {
        if (!text.startsWith(EXPR_BEGIN)
                || !text.endsWith(EXPR_END)
                || text.length() < EXPR_BEGIN.length() + EXPR_END.length()) {
            return SharedExprs.string(text);
        }
        String inner = text.substring(EXPR_BEGIN.length(), text.length() - EXPR_END.length());
        try {
            return SharedExprs.share(inner, ClassAdParser.parseExpr(inner, mode, false));
        } catch (ClassAdException e) {
            JsonLocation at = in.currentTokenLocation();
            throw new ClassAdException(
                    at.getLineNr(), at.getColumnNr(), e.expected(), e.found(), e);
        }
    }

    static void write(Writer out, Iterable<ClassAd> ads) throws IOException {
        for (ClassAd ad : ads) {
            // A generator an ad: within one, objects would be separated by blanks, not lines.
            try (JsonGenerator json = FACTORY.createGenerator(out)) {
                write(json, ad);
            }
            out.append('\n');
        }
    }

    /** One object; also for callers that write ads inside a larger JSON text. */
    static void write(JsonGenerator json, ClassAd ad) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < ad.size(); i++) {
            AttrName name = ad.shape.names[i];
            json.writeFieldName(name.text);
            write(json, ad.find(name));
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Expr expr) throws IOException {
        if (expr == Value.UNDEFINED) {
            json.writeNull();
        } else if (expr instanceof Value.Bool b) {
            json.writeBoolean(b.value());
        } else if (expr instanceof Value.Int i) {
            json.writeNumber(i.value());
        } else if (expr instanceof Value.Real r && Double.isFinite(r.value())) {
            if (json.canWriteBinaryNatively()) {
                json.writeNumber(r.value());
            } else {
                json.writeNumber(NumberText.of(r.value()));
            }
        } else if (expr instanceof Value.Str s && !s.value().startsWith(EXPR_BEGIN)) {
            json.writeString(s.value());
        } else if (expr instanceof AdExpr record) {
            write(json, record.ad);
        } else if (expr instanceof ListExpr list) {
            json.writeStartArray();
            for (Expr element : list.elements) {
                write(json, element);
            }
            json.writeEndArray();
        } else {
            json.writeString(EXPR_BEGIN + Unparser.newExpression(expr) + EXPR_END);
        }
    }
}
