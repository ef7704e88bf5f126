package io.qanat.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.qanat.api.Alarm;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.ModelRef;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.outbox.CloudEventCodec;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongFunction;

/**
 * What is stored: readings and alarms with numbers, each kind of one size. The alarms' payload is a real CloudEvent, the same
 * in all, since making one is no part of storing it; what tells them apart is their id.
 *
 * <p>Threads: any.
 */
final class Rows {
    /** The one endpoint. */
    static final String CLOUD = "cloud";

    /** The one source. */
    static final String PLANT = "plant";

    static final int GROUP = 100;

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final String ASSET = "mote-3";
    private static final byte[] EVENT = event();
    private static final byte[] READING = ("{\"id\":\"0000000\",\"asset\":\"mote-3\",\"channel\":\"temperature\","
                    + "\"value\":21.5,\"unit\":\"Cel\",\"observedAt\":\"2026-01-02T12:00:00Z\"}")
            .getBytes(US_ASCII);

    /** What one alarm counts against {@code maxBytes}. */
    static final int COUNTED_BYTES = EVENT.length + 256;

    private Rows() {}

    private static byte[] event() {
        Alarm alarm = new Alarm(
                "mote-anomaly/mote-3/2026-01-02T11:59:00Z",
                "mote-anomaly",
                ASSET,
                Alarm.State.RAISED,
                NOON,
                NOON,
                NOON,
                0.75,
                0.875,
                0.5,
                Map.of("temperature", 0.25, "humidity", 0.75),
                new ModelRef("mote-detector", "1.0.0", "int8", "b6".repeat(32)));
        return new CloudEventCodec(URI.create("/qanat/bench")).write(alarm, OptionalInt.of(500));
    }

    static Arrival reading(long number) {
        return new Arrival(PLANT, new Identity(number, 0), READING, NOON);
    }

    static OutboxMessage alarm(long number, Priority priority) {
        return new OutboxMessage(
                CLOUD, "a" + number, ASSET, CloudEventCodec.CONTENT_TYPE, EVENT, NOON, priority, Optional.empty());
    }

    /** The number of the alarm with this id. */
    static long number(String id) {
        return Long.parseLong(id, 1, id.length(), 10);
    }

    /** So many alarms from {@code first} on. */
    static List<OutboxMessage> alarms(long first, int count, LongFunction<Priority> priority) {
        List<OutboxMessage> messages = new ArrayList<>(count);
        for (long number = first; number < first + count; number++) {
            messages.add(alarm(number, priority.apply(number)));
        }
        return messages;
    }

    /** Tells the cloud, for no reading. */
    static Settlement settlement(List<OutboxMessage> alarms) {
        return settlement(List.of(), alarms);
    }

    /** @param entries journal rows of the readings that the alarms speak for */
    static Settlement settlement(List<Long> entries, List<OutboxMessage> alarms) {
        return new Settlement(Outcome.ALARMED, "", entries, entries, 0, List.of(), alarms);
    }
}
