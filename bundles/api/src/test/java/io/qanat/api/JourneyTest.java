package io.qanat.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JourneyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final Journey journey = new Journey(
            new Reading(7, "plant", "mote-1", NOW, NOW, 0, List.of(new Measurement("humidity", 45.9, "%RH"))), false);

    @Test
    void speaksForItsReadingWhereNoWindowFollows() {
        Settlement settlement = journey.settlement().orElseThrow();
        assertThat(settlement.members()).containsExactly(7L);
        assertThat(settlement.released()).containsExactly(7L);
        assertThat(settlement.outcome()).isEqualTo(Outcome.NORMAL);
    }

    @Test
    void settlesNothingWhileAWindowHoldsTheReading() {
        journey.hold();
        assertThat(journey.settlement()).isEmpty();
    }

    @Test
    void rejectionIsWorseThanAnAlarm() {
        journey.reject("late");
        journey.alarmed();
        assertThat(journey.settlement().orElseThrow().outcome()).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void whatTheGatewayGaveUpIsDroppedWithItsReason() {
        journey.alarmed();
        journey.drop("timeout");
        Settlement settlement = journey.settlement().orElseThrow();
        assertThat(settlement.outcome()).isEqualTo(Outcome.DROPPED);
        assertThat(settlement.reason()).isEqualTo("timeout");
    }

    @Test
    void aFailedRouteTellsTheCloudNothing() {
        journey.covers(List.of(5L, 6L, 7L), List.of(5L));
        journey.send(new OutboxMessage("cloud", "a/raised", "mote-1", "application/json", new byte[0], NOW));
        Settlement settlement = journey.failure().orElseThrow();
        assertThat(settlement.reason()).isEqualTo(Journey.ROUTE_FAILURE);
        assertThat(settlement.members()).containsExactly(5L, 6L, 7L);
        assertThat(settlement.messages()).isEmpty();
    }

    @Test
    void aFailedRouteTakesBackWhatNobodyWasTold() {
        StageState progress = new StageState("window", "mote-1", "16");
        StageState before = new StageState("alarm", "mote-1", "quiet");
        journey.remember(progress);
        journey.remember(new StageState("alarm", "mote-1", "active"), () -> before);

        assertThat(journey.settlement().orElseThrow().states()).contains(new StageState("alarm", "mote-1", "active"));
        assertThat(journey.failure().orElseThrow().states()).containsExactly(progress, before);
    }

    @Test
    void recordsRefuseNonsenseAndNameTheRule() {
        assertThatThrownBy(() -> new Measurement("humidity", Double.NaN, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("humidity")
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> new Window("mote-1", List.of("a", "b"), new float[3], NOW, NOW, 0))
                .hasMessageContaining("whole rows");
        assertThatThrownBy(
                        () -> new Settlement(Outcome.NORMAL, "late", List.of(1L), List.of(1L), 0, List.of(), List.of()))
                .hasMessageContaining("reason");
    }

    @Test
    void identitiesOfDifferentTextsDiffer() {
        assertThat(Identity.of("ab", "c")).isNotEqualTo(Identity.of("a", "bc"));
        assertThat(Identity.of("ab", "c")).isEqualTo(Identity.of("ab", "c"));
    }
}
