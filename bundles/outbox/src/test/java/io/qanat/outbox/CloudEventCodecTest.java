package io.qanat.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.Act;
import io.qanat.api.Alarm.Cause;
import io.qanat.api.Alarm.Change;
import io.qanat.api.Alarm.Condition;
import io.qanat.api.Alarm.Evidence;
import io.qanat.api.Alarm.Level;
import io.qanat.api.Alarm.Shelving;
import io.qanat.api.Alarm.WindowRef;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CloudEventCodecTest {
    private final CloudEventCodec codec = new CloudEventCodec(URI.create("/qanat/hall-7"));

    @Test
    void writesAnAlarmAsAStructuredCloudEvent() throws Exception {
        JsonNode event = new ObjectMapper().readTree(codec.write(Alarms.raised("a1", "mote-3"), OptionalInt.of(700)));

        assertThat(event)
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                {"specversion": "1.0", "id": "a1/raised", "source": "/qanat/hall-7",
                 "type": "io.qanat.alarm.raised.v1", "subject": "mote-3", "time": "2026-01-02T12:00:00.250Z",
                 "datacontenttype": "application/json",
                 "data": {"alarmId": "a1", "name": "mote-anomaly", "asset": "mote-3", "state": "raised",
                          "cause": "raised", "active": true, "level": "high",
                          "raisedAt": "2026-01-02T11:59:00Z", "observedAt": "2026-01-02T11:59:30Z",
                          "score": 0.75, "peak": 0.875, "threshold": 0.5,
                          "contributions": {"humidity": 0.75, "temperature": 0.25},
                          "model": {"name": "mote-detector", "version": "1.0.0", "variant": "int8",
                                    "sha256": "ab12"},
                          "severity": 700}}"""));
    }

    @Test
    void namesAClearedAlarmInItsTypeAndId() throws Exception {
        Alarm raised = Alarms.raised("a1", "mote-3");
        Alarm cleared = new Alarm(
                raised.id(),
                raised.name(),
                raised.asset(),
                Alarm.State.CLEARED,
                raised.raisedAt(),
                raised.observedAt(),
                raised.decidedAt(),
                0.1,
                raised.peak(),
                raised.threshold(),
                raised.contributions(),
                raised.model());

        JsonNode event = new ObjectMapper().readTree(codec.write(cleared, OptionalInt.empty()));

        assertThat(event.path("type").asText()).isEqualTo("io.qanat.alarm.cleared.v1");
        assertThat(event.path("id").asText()).isEqualTo("a1/cleared");
    }

    @Test
    void writesWhatIsKnownBesides() throws Exception {
        Alarm raised = Alarms.raised("a1", "mote-3");
        Act act = new Act("anna", Instant.parse("2026-01-02T12:00:00Z"), "seen");
        Instant until = Instant.parse("2026-01-02T13:00:00Z");
        Alarm updated = new Alarm(
                raised.id(),
                raised.name(),
                raised.asset(),
                Alarm.State.UPDATED,
                raised.raisedAt(),
                raised.observedAt(),
                raised.decidedAt(),
                raised.score(),
                raised.peak(),
                raised.threshold(),
                raised.contributions(),
                raised.model(),
                new Change(Cause.OUT_OF_SERVICE, "c2"),
                new Condition(
                        true,
                        true,
                        Level.HIGH_HIGH,
                        800,
                        Optional.of(act),
                        Optional.of(new Shelving(act, Optional.of(until))),
                        true,
                        Optional.of(act)),
                new Evidence(
                        OptionalDouble.of(0.25),
                        Optional.of(new WindowRef(raised.raisedAt(), raised.observedAt(), "plant", 41))));

        JsonNode event = new ObjectMapper().readTree(codec.write(updated, OptionalInt.empty()));

        assertThat(event.path("id").asText()).isEqualTo("a1/updated/c2");
        assertThat(event.path("type").asText()).isEqualTo("io.qanat.alarm.updated.v1");
        JsonNode data = event.path("data");
        assertThat(data.path("severity").asInt()).isEqualTo(800);
        ((ObjectNode) data)
                .retain(List.of(
                        "state",
                        "cause",
                        "active",
                        "level",
                        "rate",
                        "window",
                        "normal",
                        "suppressed",
                        "acknowledged",
                        "shelved",
                        "outOfService"));
        assertThat(data)
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                {"state": "updated", "cause": "out-of-service", "active": true, "level": "high-high", "rate": 0.25,
                 "window": {"from": "2026-01-02T11:59:00Z", "to": "2026-01-02T11:59:30Z", "source": "plant", "entry": 41},
                 "normal": true, "suppressed": true,
                 "acknowledged": {"by": "anna", "at": "2026-01-02T12:00:00Z", "comment": "seen"},
                 "shelved": {"by": "anna", "at": "2026-01-02T12:00:00Z", "comment": "seen",
                             "until": "2026-01-02T13:00:00Z"},
                 "outOfService": {"by": "anna", "at": "2026-01-02T12:00:00Z", "comment": "seen"}}"""));
    }

    @Test
    void escapesWhatAssetsAreCalled() throws Exception {
        String asset = "Öfen \"3\"\n\\ \u0001 漢";

        JsonNode event = new ObjectMapper().readTree(codec.write(Alarms.raised("a1", asset), OptionalInt.empty()));

        assertThat(event.path("subject").asText()).isEqualTo(asset);
    }

    @Test
    void writesTheSameAlarmAsTheSameBytes() {
        assertThat(codec.write(Alarms.raised("a1", "m"), OptionalInt.empty()))
                .isEqualTo(codec.write(Alarms.raised("a1", "m"), OptionalInt.empty()));
    }

    @Test
    void refusesAnEmptySource() {
        assertThatThrownBy(() -> new CloudEventCodec(URI.create(""))).hasMessageContaining("source is empty");
    }
}
