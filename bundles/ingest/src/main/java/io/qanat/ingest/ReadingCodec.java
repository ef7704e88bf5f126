package io.qanat.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.qanat.api.Identity;
import io.qanat.api.Measurement;
import io.qanat.ingest.Decoded.Accepted;
import io.qanat.ingest.Decoded.Refusal;
import io.qanat.ingest.Decoded.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the payload of a reading, version 1 of docs/formats.md:
 *
 * <pre>
 * {"id":"41","asset":"mote-1","channel":"humidity","value":45.93,"unit":"%RH","observedAt":"2010-01-01T00:00:05Z"}
 * [{...humidity...},{...temperature...}]      several channels of one asset at one instant
 * </pre>
 *
 * <p>Threads: any; it keeps nothing between calls.
 */
final class ReadingCodec {
    private static final JsonFactory JSON = JsonFactory.builder()
            // NaN is no JSON, but sources write it: it is to be counted by its own name.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final String source;
    private final int maxPayload;

    /**
     * @param source the ingress, part of every identity
     * @param maxPayload largest payload to read, in bytes
     */
    public ReadingCodec(String source, int maxPayload) {
        this.source = source;
        this.maxPayload = maxPayload;
    }

    /** A reading or the reason why not; never an exception for what a source may send. */
    public Decoded decode(byte[] payload) {
        if (payload.length == 0) {
            return new Refused(Refusal.EMPTY);
        }
        if (payload.length > maxPayload) {
            return new Refused(Refusal.TOO_LARGE);
        }
        try (JsonParser parser = JSON.createParser(payload)) {
            return accept(elements(parser), payload);
        } catch (RefusedPayload e) {
            return new Refused(e.refusal);
        } catch (IOException e) {
            return new Refused(Refusal.MALFORMED);
        }
    }

    private static List<Element> elements(JsonParser parser) throws IOException {
        List<Element> elements = new ArrayList<>(2);
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_OBJECT) {
            elements.add(Element.read(parser));
        } else if (first == JsonToken.START_ARRAY) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                elements.add(Element.read(parser));
            }
            check(parser.currentToken() == JsonToken.END_ARRAY && !elements.isEmpty(), Refusal.MALFORMED);
        }
        check(!elements.isEmpty() && parser.nextToken() == null, Refusal.MALFORMED);
        return elements;
    }

    private Accepted accept(List<Element> elements, byte[] payload) {
        Element first = elements.get(0);
        String asset = present(first.asset);
        Instant observedAt = instant(present(first.observedAt));
        List<Measurement> measurements = new ArrayList<>(elements.size());
        Set<String> channels = elements.size() == 1 ? Set.of() : new HashSet<>();
        for (Element element : elements) {
            check(element.belongsTo(first), Refusal.INCONSISTENT);
            Measurement measurement = element.measurement();
            check(elements.size() == 1 || channels.add(measurement.channel()), Refusal.INCONSISTENT);
            measurements.add(measurement);
        }
        return new Accepted(identity(first.id, asset, observedAt, payload), asset, observedAt, measurements);
    }

    private Identity identity(@Nullable String id, String asset, Instant observedAt, byte[] payload) {
        return id != null
                ? Identity.of(source, "id", asset, id)
                : Identity.of(source, "payload", asset, observedAt.toString(), latin1(payload));
    }

    /** Each byte one character: a text that identifies the bytes. */
    private static String latin1(byte[] payload) {
        return new String(payload, StandardCharsets.ISO_8859_1);
    }

    private static Instant instant(String text) {
        try {
            return DateTimeFormatter.ISO_INSTANT.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new RefusedPayload(Refusal.BAD_TIME);
        }
    }

    private static String present(@Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new RefusedPayload(Refusal.MISSING_FIELD);
        }
        return value;
    }

    private static void check(boolean holds, Refusal otherwise) {
        if (!holds) {
            throw new RefusedPayload(otherwise);
        }
    }

    /** One object of the payload, as far as it was read. */
    private static final class Element {
        private @Nullable String id;
        private @Nullable String asset;
        private @Nullable String channel;
        private @Nullable String observedAt;
        private @Nullable String unit;
        private @Nullable Double value;

        static Element read(JsonParser parser) throws IOException {
            Element element = new Element();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                element.field(name, parser);
            }
            return element;
        }

        private void field(String name, JsonParser parser) throws IOException {
            switch (name) {
                case "id" -> id = text(parser);
                case "asset" -> asset = text(parser);
                case "channel" -> channel = text(parser);
                case "observedAt" -> observedAt = text(parser);
                case "unit" -> unit = text(parser);
                case "value" -> value = number(parser);
                // Later versions of the format may add fields.
                default -> parser.skipChildren();
            }
        }

        private static @Nullable String text(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            check(parser.currentToken() == JsonToken.VALUE_STRING, Refusal.WRONG_TYPE);
            return parser.getText();
        }

        private static @Nullable Double number(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            check(parser.currentToken().isNumeric(), Refusal.WRONG_TYPE);
            double number = parser.getDoubleValue();
            check(Double.isFinite(number), Refusal.NOT_A_NUMBER);
            return number;
        }

        boolean belongsTo(Element first) {
            return present(asset).equals(first.asset)
                    && present(observedAt).equals(first.observedAt)
                    && (id == null || id.equals(first.id));
        }

        Measurement measurement() {
            String name = present(channel);
            if (value == null) {
                throw new RefusedPayload(Refusal.MISSING_FIELD);
            }
            return new Measurement(name, value, unit == null ? "" : unit);
        }
    }

    /** Leaves the parser; without a stack trace, since bad payloads may come by the thousand. */
    private static final class RefusedPayload extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Refusal refusal;

        RefusedPayload(Refusal refusal) {
            super(refusal.reason(), null, false, false);
            this.refusal = refusal;
        }
    }
}
