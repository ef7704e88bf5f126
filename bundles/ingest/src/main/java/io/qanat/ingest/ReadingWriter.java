package io.qanat.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values that came without a payload of their own as the payload that {@link ReadingCodec} reads. What is missing or
 * wrong is written as it is: the codec names it. Threads: any.
 */
public final class ReadingWriter {
    private static final JsonFactory JSON = JsonFactory.builder()
            // As a source would write it: the codec counts it by its own name.
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    private ReadingWriter() {}

    /**
     * What the values of one instant have in common.
     *
     * @param id names the reading within its asset; null for none
     * @param asset what was measured
     * @param unit of all values; empty for none
     * @param observedAt ISO 8601 instant
     */
    public record Common(@Nullable String id, @Nullable String asset, String unit, String observedAt) {}

    /** The payload of one channel's value. */
    public static byte[] write(Common common, @Nullable String channel, @Nullable Object value) {
        return bytes(json -> write(json, common, channel, value));
    }

    /** The payload of several channels' values. */
    public static byte[] write(Common common, Map<?, ?> values) {
        return bytes(json -> {
            json.writeStartArray();
            for (Map.Entry<?, ?> value : values.entrySet()) {
                write(json, common, String.valueOf(value.getKey()), value.getValue());
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Common common, @Nullable String channel, @Nullable Object value)
            throws IOException {
        json.writeStartObject();
        if (common.id() != null) {
            json.writeStringField("id", common.id());
        }
        json.writeStringField("asset", common.asset());
        json.writeStringField("channel", channel);
        json.writeFieldName("value");
        write(json, value);
        if (!common.unit().isEmpty()) {
            json.writeStringField("unit", common.unit());
        }
        json.writeStringField("observedAt", common.observedAt());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Number number) {
            json.writeNumber(number.doubleValue());
        } else if (value instanceof Boolean on) {
            json.writeNumber(on ? 1 : 0);
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }

    private static byte[] bytes(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }
}
