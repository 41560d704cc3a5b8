// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/** Ads inside of what Jackson reads and writes: requests, replies, events, messages. */
final class ClassAdJackson {
    private ClassAdJackson() {}

    static final class Writer extends StdSerializer<ClassAd> {
        Writer() {
            super(ClassAd.class);
        }

        @Override
        public void serialize(ClassAd ad, JsonGenerator out, SerializerProvider provider)
                throws IOException {
            JsonForm.write(out, ad);
        }
    }

    static final class Reader extends StdDeserializer<ClassAd> {
        Reader() {
            super(ClassAd.class);
        }

        @Override
        public ClassAd deserialize(JsonParser in, DeserializationContext context)
                throws IOException {
            try {
                return JsonForm.read(in);
            } catch (ClassAdException e) {
                throw JsonMappingException.from(in, e.getMessage(), e);
            }
        }
    }
}
