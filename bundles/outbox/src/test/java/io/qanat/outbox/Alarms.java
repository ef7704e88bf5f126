package io.qanat.outbox;

import io.qanat.api.Alarm;
import io.qanat.api.ModelRef;
import java.time.Instant;
import java.util.Map;

/** An alarm for tests. */
public final class Alarms {
    private Alarms() {}

    public static Alarm raised(String id, String asset) {
        return new Alarm(
                id,
                "mote-anomaly",
                asset,
                Alarm.State.RAISED,
                Instant.parse("2026-01-02T11:59:00Z"),
                Instant.parse("2026-01-02T11:59:30Z"),
                Instant.parse("2026-01-02T12:00:00.25Z"),
                0.75,
                0.875,
                0.5,
                Map.of("temperature", 0.25, "humidity", 0.75),
                new ModelRef("mote-detector", "1.0.0", "int8", "ab12"));
    }
}
