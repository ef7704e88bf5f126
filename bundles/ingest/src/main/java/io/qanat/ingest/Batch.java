package io.qanat.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes an array of readings apart:
 *
 * <pre>
 * [{...mote-1 humidity...},{...mote-1 temperature...},{...mote-2 humidity...}]
 *  |---- one reading: same asset, observedAt, id ---|  |--- another one ---|
 * </pre>
 *
 * <p>Each reading is the bytes as they came, so that it has the same identity when it is sent again. Threads: any.
 */
public final class Batch {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Batch() {}

    /** The payloads of the readings; what is no array of objects stays in one piece. */
    public static List<byte[]> split(byte[] payload) {
        try (JsonParser parser = JSON.createParser(payload)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return List.of(payload);
            }
            Map<List<String>, List<byte[]>> readings = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                object(parser, payload, readings);
            }
            boolean whole = parser.currentToken() == JsonToken.END_ARRAY && parser.nextToken() == null;
            return whole && readings.size() > 1
                    ? readings.values().stream().map(Batch::joined).toList()
                    : List.of(payload);
        } catch (IOException e) {
            return List.of(payload); // the codec says what is wrong with it
        }
    }

    private static void object(JsonParser parser, byte[] payload, Map<List<String>, List<byte[]>> readings)
            throws IOException {
        int from = offset(parser.currentTokenLocation().getByteOffset());
        String[] key = {"", "", ""};
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "asset" -> key[0] = parser.getText();
                case "observedAt" -> key[1] = parser.getText();
                case "id" -> key[2] = parser.getText();
                default -> {}
            }
            parser.skipChildren();
        }
        int to = offset(parser.currentLocation().getByteOffset());
        readings.computeIfAbsent(List.of(key), unseen -> new ArrayList<>(2)).add(Arrays.copyOfRange(payload, from, to));
    }

    /** Only of texts in UTF-8 the place of a byte is known; others are refused by the codec as they are. */
    private static int offset(long bytes) throws IOException {
        if (bytes < 0) {
            throw new IOException("not UTF-8");
        }
        return (int) bytes;
    }

    private static byte[] joined(List<byte[]> objects) {
        if (objects.size() == 1) {
            return objects.get(0);
        }
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        char before = '[';
        for (byte[] object : objects) {
            array.write(before);
            array.writeBytes(object);
            before = ',';
        }
        array.write(']');
        return array.toByteArray();
    }
}
