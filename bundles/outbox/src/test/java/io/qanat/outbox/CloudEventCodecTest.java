package io.qanat.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qanat.api.Alarm;
import java.net.URI;
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
