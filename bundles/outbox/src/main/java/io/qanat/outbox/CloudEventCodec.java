package io.qanat.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.Act;
import io.qanat.api.Alarm.Condition;
import io.qanat.api.Alarm.Evidence;
import io.qanat.api.Alarm.Shelving;
import io.qanat.api.Alarm.WindowRef;
import io.qanat.api.ModelRef;
import io.qanat.api.OutboxMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Writes an alarm as a CloudEvent 1.0, structured mode, JSON:
 *
 * <pre>
 * { "specversion": "1.0", "id": "&lt;alarm id>/raised" or ".../updated/&lt;key>" or ".../cleared",
 *   "source": "/qanat/&lt;gateway>",
 *   "type": "io.qanat.alarm.raised.v1" or "io.qanat.alarm.updated.v1" or "io.qanat.alarm.cleared.v1",
 *   "subject": "&lt;asset>", "time": "2026-01-02T12:00:00Z", "datacontenttype": "application/json",
 *   "data": {
 *     "alarmId": "...", "name": "...", "asset": "...", "state": "raised", "updated" or "cleared",
 *     "cause": "raised", "active": true, "level": "high",
 *     "raisedAt": "...", "observedAt": "...",
 *     "score": 0.9, "peak": 0.95, "threshold": 0.5, "contributions": { "temperature": 0.8 },
 *     "model": { "name": "...", "version": "...", "variant": "...", "sha256": "..." },
 *     "rate": 0.1, "window": { "from": "...", "to": "...", "source": "plant", "entry": 41 },
 *     "normal": true, "suppressed": true,
 *     "acknowledged": { "by": "...", "at": "...", "comment": "..." },
 *     "shelved": { "by": "...", "at": "...", "comment": "...", "until": "..." },
 *     "outOfService": { "by": "...", "at": "...", "comment": "..." },
 *     "severity": 500 } }
 * </pre>
 *
 * <p>From {@code rate} to {@code outOfService} each is there only when there is something to say.
 *
 * <p>An event that was stored while the endpoint was away is sent with {@code "historical": true} in front.
 *
 * <p>{@code source} and {@code id} together are the same when an event is sent again, and only then. {@code time} is when
 * the gateway decided; the two instants in {@code data} are the source's.
 *
 * <p>Threads: any.
 */
public final class CloudEventCodec {
    /** Media type of what {@link #write} gives. */
    public static final String CONTENT_TYPE = "application/cloudevents+json";

    /** Media type of what {@link #batch} gives. */
    public static final String BATCH_CONTENT_TYPE = "application/cloudevents-batch+json";

    private static final byte[] HISTORICAL = "{\"historical\":true,".getBytes(StandardCharsets.UTF_8);

    private static final JsonFactory JSON = new JsonFactory();

    private final URI source;

    /** @param source the gateway, as a URI reference such as {@code /qanat/gateway} */
    public CloudEventCodec(URI source) {
        if (source.toString().isEmpty()) {
            throw new IllegalArgumentException("source is empty: a CloudEvent names the gateway that it comes from");
        }
        this.source = source;
    }

    /**
     * The event as UTF-8 bytes.
     *
     * @param severity that replaces the alarm's own, 1 to 1000 as in OPC UA
     */
    public byte[] write(Alarm alarm, OptionalInt severity) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(768);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            writeEvent(json, alarm, severity);
        } catch (IOException e) {
            throw new UncheckedIOException("memory refused the alarm " + alarm.eventId(), e);
        }
        return bytes.toByteArray();
    }

    /**
     * The message with the extension attribute {@code historical}: it was stored while the endpoint was away. One that is
     * no CloudEvent stays as it is.
     */
    static OutboxMessage historical(OutboxMessage message) {
        if (!CONTENT_TYPE.equals(message.contentType())) {
            return message;
        }
        // An event begins with its brace, since write() made it.
        byte[] event = message.payload();
        byte[] marked = Arrays.copyOf(HISTORICAL, HISTORICAL.length + event.length - 1);
        System.arraycopy(event, 1, marked, HISTORICAL.length, event.length - 1);
        return new OutboxMessage(
                message.endpoint(),
                message.id(),
                message.subject(),
                message.contentType(),
                marked,
                message.createdAt(),
                message.priority(),
                message.expiresAt());
    }

    /** Events as one JSON array, CloudEvents' batch format. */
    public static byte[] batch(List<byte[]> events) {
        ByteArrayOutputStream array = new ByteArrayOutputStream(
                2 + events.stream().mapToInt(event -> event.length + 1).sum());
        String separator = "[";
        for (byte[] event : events) {
            array.writeBytes(separator.getBytes(StandardCharsets.UTF_8));
            array.writeBytes(event);
            separator = ",";
        }
        array.write(']');
        return array.toByteArray();
    }

    private void writeEvent(JsonGenerator json, Alarm alarm, OptionalInt severity) throws IOException {
        json.writeStartObject();
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", alarm.eventId());
        json.writeStringField("source", source.toString());
        json.writeStringField("type", "io.qanat.alarm." + alarm.state().text() + ".v1");
        json.writeStringField("subject", alarm.asset());
        json.writeStringField("time", alarm.decidedAt().toString());
        json.writeStringField("datacontenttype", "application/json");
        json.writeObjectFieldStart("data");
        writeData(json, alarm);
        json.writeNumberField("severity", severity.orElse(alarm.condition().severity()));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeData(JsonGenerator json, Alarm alarm) throws IOException {
        json.writeStringField("alarmId", alarm.id());
        json.writeStringField("name", alarm.name());
        json.writeStringField("asset", alarm.asset());
        json.writeStringField("state", alarm.state().text());
        json.writeStringField("cause", alarm.change().cause().text());
        json.writeBooleanField("active", alarm.condition().active());
        json.writeStringField("level", alarm.condition().level().text());
        json.writeStringField("raisedAt", alarm.raisedAt().toString());
        json.writeStringField("observedAt", alarm.observedAt().toString());
        json.writeNumberField("score", alarm.score());
        json.writeNumberField("peak", alarm.peak());
        json.writeNumberField("threshold", alarm.threshold());
        writeContributions(json, alarm.contributions());
        writeModel(json, alarm.model());
        writeEvidence(json, alarm.evidence());
        writeCondition(json, alarm.condition());
    }

    private static void writeEvidence(JsonGenerator json, Evidence evidence) throws IOException {
        if (evidence.rate().isPresent()) {
            json.writeNumberField("rate", evidence.rate().getAsDouble());
        }
        if (evidence.window().isPresent()) {
            WindowRef window = evidence.window().get();
            json.writeObjectFieldStart("window");
            json.writeStringField("from", window.from().toString());
            json.writeStringField("to", window.to().toString());
            json.writeStringField("source", window.source());
            json.writeNumberField("entry", window.entry());
            json.writeEndObject();
        }
    }

    /** What most alarms do not have is left out. */
    private static void writeCondition(JsonGenerator json, Condition condition) throws IOException {
        if (condition.active() && condition.normal()) {
            json.writeBooleanField("normal", true);
        }
        if (condition.suppressed()) {
            json.writeBooleanField("suppressed", true);
        }
        if (condition.acknowledged().isPresent()) {
            writeAct(json, "acknowledged", condition.acknowledged().get(), Optional.empty());
        }
        if (condition.shelved().isPresent()) {
            Shelving shelving = condition.shelved().get();
            writeAct(json, "shelved", shelving.act(), shelving.until());
        }
        if (condition.outOfService().isPresent()) {
            writeAct(json, "outOfService", condition.outOfService().get(), Optional.empty());
        }
    }

    private static void writeAct(JsonGenerator json, String name, Act act, Optional<Instant> until) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("by", act.by());
        json.writeStringField("at", act.at().toString());
        json.writeStringField("comment", act.comment());
        if (until.isPresent()) {
            json.writeStringField("until", until.get().toString());
        }
        json.writeEndObject();
    }

    private static void writeContributions(JsonGenerator json, Map<String, Double> contributions) throws IOException {
        json.writeObjectFieldStart("contributions");
        // Sorted, so that the same alarm always gives the same bytes.
        for (Map.Entry<String, Double> share : new TreeMap<>(contributions).entrySet()) {
            json.writeNumberField(share.getKey(), share.getValue());
        }
        json.writeEndObject();
    }

    private static void writeModel(JsonGenerator json, ModelRef model) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("name", model.name());
        json.writeStringField("version", model.version());
        json.writeStringField("variant", model.variant());
        json.writeStringField("sha256", model.sha256());
        json.writeEndObject();
    }
}
