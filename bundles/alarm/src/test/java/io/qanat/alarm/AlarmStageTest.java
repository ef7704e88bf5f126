package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Alarm;
import io.qanat.api.Alarm.WindowRef;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.api.Score;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import io.qanat.api.StageStatus;
import io.qanat.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms whose states are kept by the gateway's real store. */
class AlarmStageTest {
    private static final Instant DECIDED = Instant.parse("2026-01-01T01:00:00Z");
    private static final AlarmRule RULE = new AlarmRule(OptionalDouble.empty(), OptionalDouble.empty(), 2, 4);

    private final List<Settlement> settlements = new ArrayList<>();
    private Path directory;
    private SqliteStore store;
    private RunningAlarms alarms;
    private AlarmStage stage;
    private int arrivals;

    @BeforeEach
    void start(@TempDir Path empty) throws IOException {
        directory = empty;
        open();
    }

    private void open() throws IOException {
        store = SqliteStore.open(directory, Clock.systemUTC());
        alarms = new RunningAlarms(store, Clock.fixed(DECIDED, ZoneOffset.UTC));
        stage = alarms.enter("mote-anomaly");
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void tellsWhatWasRaised() {
        score(1, 0.6);
        Alarm raised = score(2, 0.7).orElseThrow();
        assertThat(raised)
                .isEqualTo(new Alarm(
                        "mote-anomaly/mote-1/2026-01-01T00:00:02Z",
                        "mote-anomaly",
                        "mote-1",
                        Alarm.State.RAISED,
                        Scores.START.plusSeconds(2),
                        Scores.START.plusSeconds(2),
                        DECIDED,
                        0.7,
                        0.7,
                        0.5,
                        raised.contributions(),
                        Scores.MODEL,
                        raised.change(),
                        raised.condition(),
                        raised.evidence()));
        assertThat(raised.evidence().window())
                .contains(new WindowRef(Scores.START.minusSeconds(14), Scores.START.plusSeconds(2), "plant", 2));
        assertThat(raised.contributions()).containsEntry("humidity", 1.0);
    }

    @Test
    void tellsWhatWasClearedUnderTheIdItWasRaisedWith() {
        String id = raise("mote-1").id();
        score(3, 0.9);
        Alarm cleared = clearFrom(4).orElseThrow();
        assertThat(cleared.id()).isEqualTo(id);
        assertThat(cleared.state()).isEqualTo(Alarm.State.CLEARED);
        assertThat(cleared.observedAt()).isEqualTo(Scores.START.plusSeconds(7));
        assertThat(cleared.score()).isEqualTo(0.1);
        assertThat(cleared.peak()).isEqualTo(0.9);
    }

    @Test
    void readingsAreAlarmedFromTheRaiseToTheClear() {
        raise("mote-1");
        clearFrom(3);
        score(7, 0.1);
        assertThat(settlements)
                .extracting(Settlement::outcome)
                .containsExactly(
                        Outcome.NORMAL,
                        Outcome.ALARMED,
                        Outcome.ALARMED,
                        Outcome.ALARMED,
                        Outcome.ALARMED,
                        Outcome.ALARMED,
                        Outcome.NORMAL);
    }

    @Test
    void flappingAroundTheThresholdRaisesOnce() {
        int told = 0;
        for (int second = 1; second <= 200; second++) {
            told += score(second, second % 3 == 0 ? 0.45 : 0.55).isPresent() ? 1 : 0;
        }
        assertThat(told).isEqualTo(1);
    }

    @Test
    void remembersOnlyWhatChanges() {
        score(0, 0.1);
        raise("mote-1");
        score(3, 0.6);
        assertThat(settlements)
                .extracting(settlement -> settlement.states().size())
                .as("nothing, first of the row, raised with its basis, as before")
                .containsExactly(0, 1, 2, 0);
    }

    @Test
    void assetsHaveTheirAlarmsApart() {
        raise("mote-1");
        assertThat(score("mote-2", 3, 0.9)).isEmpty();
        assertThat(settlements.get(2).outcome()).isEqualTo(Outcome.NORMAL);
        assertThat(score("mote-2", 4, 0.9)).map(Alarm::asset).contains("mote-2");
    }

    @Test
    void clearsAfterARestartWhatWasRaisedBefore() throws Exception {
        String id = raise("mote-1").id();
        score(3, 0.1);
        score(4, 0.1);
        restart();
        assertThat(score(5, 0.1)).isEmpty();
        assertThat(score(6, 0.1)).map(Alarm::eventId).contains(id + "/cleared");
    }

    @Test
    void aWindowThatARestartRepeatsIsDecidedAlready() throws Exception {
        raise("mote-1");
        score(3, 0.1);
        restart();
        assertThat(score(Scores.score("mote-1", 2, 0.7), true)).isEmpty();
        assertThat(score(Scores.score("mote-1", 3, 0.1), true)).isEmpty();
        assertThat(settlements.subList(3, 5)).allSatisfy(repeated -> {
            assertThat(repeated.outcome()).isEqualTo(Outcome.ALARMED);
            assertThat(repeated.states()).isEmpty();
        });
    }

    @Test
    void windowsThatEndAtTheSameInstantCountEach() {
        score(1, 0.6);
        assertThat(score(1, 0.7)).map(Alarm::state).contains(Alarm.State.RAISED);
    }

    @Test
    void repeatsTheDecisionThatACrashTookAway() throws Exception {
        score(1, 0.6);
        Alarm lost = stage.accept(RULE, Scores.score("mote-1", 2, 0.7), Scores.journey(arrival(), false))
                .orElseThrow();
        restart();
        assertThat(score(2, 0.7)).map(Alarm::eventId).contains(lost.eventId());
    }

    @Test
    void aRaiseThatALaterStepLostIsRaisedAgainByTheNextWindow() {
        score(1, 0.6);
        fail(2, 0.7);

        assertThat(score(3, 0.8)).map(Alarm::state).contains(Alarm.State.RAISED);
        assertThat(score(4, 0.8)).isEmpty();
        assertThat(alarms.status().get(0).count("raised")).isEqualTo(1);
    }

    @Test
    void aRaiseThatALaterStepLostIsRaisedAgainAfterARestart() throws Exception {
        score(1, 0.6);
        fail(2, 0.7);
        restart();

        assertThat(score(3, 0.8)).map(Alarm::state).contains(Alarm.State.RAISED);
    }

    @Test
    void aRaiseThatWasLostIsRaisedAgainAlsoWhenWindowsCameInBetween() {
        score(1, 0.6);
        Journey lost = Scores.journey(arrival(), false);
        assertThat(stage.accept(RULE, Scores.score("mote-1", 2, 0.7), lost)).isPresent();
        score(3, 0.9);
        store.settle(lost.failure().orElseThrow()).join();

        assertThat(score(4, 0.8)).map(Alarm::state).contains(Alarm.State.RAISED);
    }

    @Test
    void aClearThatALaterStepLostIsClearedByTheNextWindow() {
        String id = raise("mote-1").id();
        score(3, 0.1);
        score(4, 0.1);
        score(5, 0.1);
        fail(6, 0.1);

        assertThat(score(7, 0.1)).map(Alarm::eventId).contains(id + "/cleared");
        assertThat(score(8, 0.1)).isEmpty();
    }

    @Test
    void refusesAStateThatItCannotRead() {
        StageState future = new StageState("alarm:other", "mote-1", "version 9 of it");
        store.settle(new Settlement(Outcome.NORMAL, "", List.of(), List.of(), 0, List.of(future), List.of()))
                .join();
        assertThatThrownBy(() -> alarms.enter("other"))
                .hasMessageContaining("alarm:other cannot read its state of asset mote-1")
                .hasMessageContaining("version 9 of it");
    }

    @Test
    void saysHowManyAlarmsThereAre() {
        raise("mote-1");
        raise("mote-2");
        clearFrom(3);
        StageStatus status = alarms.status().get(0);
        assertThat(status.stage()).isEqualTo("alarm:mote-anomaly");
        assertThat(status.count("raised")).isEqualTo(2);
        assertThat(status.count("cleared")).isEqualTo(1);
        assertThat(status.count("active")).isEqualTo(1);
    }

    private Alarm raise(String asset) {
        score(asset, 1, 0.6);
        return score(asset, 2, 0.7).orElseThrow();
    }

    /** Four windows that speak for clearing mote-1's alarm; what the last one led to. */
    private Optional<Alarm> clearFrom(int second) {
        score(second, 0.1);
        score(second + 1, 0.1);
        score(second + 2, 0.1);
        return score(second + 3, 0.1);
    }

    private Optional<Alarm> score(int second, double value) {
        return score("mote-1", second, value);
    }

    private Optional<Alarm> score(String asset, int second, double value) {
        return score(Scores.score(asset, second, value), false);
    }

    private Optional<Alarm> score(Score score, boolean replayed) {
        Journey journey = Scores.journey(arrival(), replayed);
        Optional<Alarm> alarm = stage.accept(RULE, score, journey);
        Settlement settlement = journey.settlement().orElseThrow();
        settlements.add(settlement);
        store.settle(settlement).join();
        return alarm;
    }

    /** A window that changes the alarm, in a route of which a later step fails. */
    private void fail(int second, double value) {
        Journey journey = Scores.journey(arrival(), false);
        assertThat(stage.accept(RULE, Scores.score("mote-1", second, value), journey))
                .isPresent();
        store.settle(journey.failure().orElseThrow()).join();
    }

    /** The journal's entry of a new reading, which the settlement is about. */
    private long arrival() {
        Identity identity = Identity.of("plant", Integer.toString(arrivals++));
        return store.append(new Arrival("plant", identity, new byte[0], Scores.START))
                .join()
                .entry();
    }

    private void restart() throws Exception {
        store.close();
        open();
    }
}
