package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qanat.alarm.Notices.FloodLimit;
import io.qanat.alarm.Notices.Severities;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.Level;
import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What windows make of alarms beyond raised and cleared, with the gateway's real store. */
class AlarmBehaviourTest {
    private static final OptionalDouble NONE = OptionalDouble.empty();
    private static final Severities SEVERITIES = new Severities(500, 800, 300);
    private static final Levels TWO_LEVELS = new Levels(NONE, NONE, OptionalDouble.of(0.8), NONE, NONE);

    @TempDir
    Path directory;

    private Plant plant;

    @AfterEach
    void close() throws Exception {
        plant.close();
    }

    @BeforeEach
    void start() throws Exception {
        plant = new Plant(directory, new AlarmRule(NONE, NONE, 1, 1), false);
    }

    private void plant(Levels levels, Notices notices) throws Exception {
        plant.close();
        AlarmRule rule = new AlarmRule(levels, Timing.inARow(1, 1), notices);
        plant = new Plant(directory.resolve("other"), rule, false);
    }

    private static Notices notices(double peakStep, boolean latch, List<String> suppressedBy) {
        return new Notices(
                SEVERITIES, peakStep, latch, true, Duration.ZERO, Duration.ofHours(8), suppressedBy, Optional.empty());
    }

    private static Notices flood(int limit) {
        FloodLimit flood = new FloodLimit(limit, Duration.ofSeconds(60));
        return new Notices(
                SEVERITIES, 0, false, true, Duration.ZERO, Duration.ofHours(8), List.of(), Optional.of(flood));
    }

    @Test
    void oneAlarmGoesFromHighToHighHighAndBackWithASeverityForEach() throws Exception {
        plant(TWO_LEVELS, notices(0, false, List.of()));

        plant.score(1, 0.6);
        plant.score(2, 0.9);
        plant.score(3, 0.7);
        plant.score(4, 0.6);
        plant.score(5, 0.1);

        assertThat(plant.events())
                .containsExactly("raised raised", "updated level", "updated level", "cleared cleared");
        assertThat(plant.told)
                .extracting(alarm -> alarm.condition().level())
                .containsExactly(Level.HIGH, Level.HIGH_HIGH, Level.HIGH, Level.HIGH);
        assertThat(plant.told).extracting(alarm -> alarm.condition().severity()).containsExactly(500, 800, 500, 500);
        assertThat(plant.told).extracting(Alarm::threshold).containsExactly(0.5, 0.8, 0.5, 0.5);
        assertThat(plant.told).extracting(Alarm::id).containsOnly("mote-anomaly/mote-1/2026-01-01T00:00:01Z");
        assertThat(plant.eventIds()).doesNotHaveDuplicates();
    }

    @Test
    void aScoreFarAboveRaisesAtHighHighAtOnce() throws Exception {
        plant(TWO_LEVELS, notices(0, false, List.of()));

        assertThat(plant.score(1, 0.9)).map(alarm -> alarm.condition().level()).contains(Level.HIGH_HIGH);
    }

    @Test
    void theRateOfChangeRaisesBelowEveryLevel() throws Exception {
        plant(new Levels(OptionalDouble.of(5), NONE, NONE, NONE, OptionalDouble.of(0.5)), notices(0, false, List.of()));

        plant.score(1, 0.1);
        plant.score(3, 0.9);
        plant.restart();
        plant.score(4, 1.5);
        plant.score(5, 1.6);

        assertThat(plant.events()).containsExactly("raised raised", "cleared cleared");
        Alarm raised = plant.told.get(0);
        assertThat(raised.observedAt()).isEqualTo(Scores.START.plusSeconds(4));
        assertThat(raised.condition().level()).isEqualTo(Level.RATE);
        assertThat(raised.condition().severity()).isEqualTo(300);
        assertThat(raised.threshold()).isEqualTo(0.5);
        assertThat(raised.evidence().rate().getAsDouble()).isCloseTo(0.6, within(1e-9));
    }

    @Test
    void tellsANewPeakByItsStep() throws Exception {
        plant(Levels.OF_MODEL, notices(1, false, List.of()));

        plant.score(1, 1);
        plant.score(2, 1.9);
        plant.score(3, 2.1);
        plant.score(4, 3);
        plant.score(5, 3.2);

        assertThat(plant.events()).containsExactly("raised raised", "updated peak", "updated peak");
        assertThat(plant.told).extracting(Alarm::peak).containsExactly(1.0, 2.1, 3.2);
    }

    @Test
    void aLatchedAlarmStaysActiveUntilItIsReset() throws Exception {
        plant(Levels.OF_MODEL, notices(0, true, List.of()));

        plant.score(1, 0.9);
        plant.scores(2, 4, 0.1);

        assertThat(plant.events()).containsExactly("raised raised", "updated returned");
        assertThat(plant.last().condition().active()).isTrue();
        assertThat(plant.last().condition().normal()).isTrue();
        assertThat(plant.outcomes).as("a latched alarm is active").containsOnly(Outcome.ALARMED);
        plant.score(5, 0.9);
        assertThat(plant.events()).last().isEqualTo("updated recurred");
    }

    @Test
    void aResetThatNoRouteTookIsToldByTheNextWindow() throws Exception {
        plant(Levels.OF_MODEL, notices(0, true, List.of()));
        plant.score(1, 0.9);
        plant.score(2, 0.1);

        assertThat(plant.command(Kind.RESET).get().told()).isFalse();
        plant.restart();
        plant.score(3, 0.1);
        plant.score(4, 0.1);

        assertThat(plant.events()).containsExactly("raised raised", "updated returned", "cleared cleared");
    }

    @Test
    void aConditionOfTheRouteSuppressesByDesign() throws Exception {
        plant(Levels.OF_MODEL, notices(0, false, List.of()));

        assertThat(plant.suppressed(1, 0.9)).as("nothing is told").isEmpty();
        assertThat(plant.outcomes).as("but the reading is alarmed").containsExactly(Outcome.ALARMED);
        assertThat(plant.figure("suppressed")).isEqualTo(1);
        plant.score(2, 0.9);
        plant.suppressed(3, 0.9);
        plant.score(4, 0.9);

        assertThat(plant.events()).containsExactly("raised raised", "updated suppressed", "updated unsuppressed");
        assertThat(plant.told.get(1).condition().suppressed()).isTrue();
    }

    @Test
    void anAlarmIsSuppressedByAnotherOneOfTheSameAsset() throws Exception {
        plant(Levels.OF_MODEL, notices(0, false, List.of("power-lost")));
        AlarmStage power = plant.alarms.enter("power-lost");
        AlarmRule quick = new AlarmRule(NONE, NONE, 1, 1);

        assertThat(power.accept(quick, Scores.score("mote-1", 0, 0.9), Scores.journey(1, false)))
                .isPresent();
        assertThat(plant.score("mote-1", 1, 0.9)).isEmpty();
        assertThat(plant.score("mote-2", 1, 0.9)).as("another asset").isPresent();
        assertThat(power.accept(quick, Scores.score("mote-1", 2, 0.1), Scores.journey(2, false)))
                .isPresent();

        assertThat(plant.score("mote-1", 3, 0.9)).map(Alarm::state).contains(Alarm.State.RAISED);
    }

    @Test
    void whatIsSuppressedFromBeginToEndIsNeverTold() throws Exception {
        plant(Levels.OF_MODEL, notices(0, false, List.of()));

        plant.suppressed(1, 0.9);
        plant.suppressed(2, 0.1);
        plant.score(3, 0.1);

        assertThat(plant.told).isEmpty();
        assertThat(plant.figure("raised")).isEqualTo(1);
        assertThat(plant.figure("cleared")).isEqualTo(1);
    }

    @Test
    void aFloodIsOneAlarmWithItsCountsByAsset() throws Exception {
        plant(Levels.OF_MODEL, flood(2));

        for (int mote = 1; mote <= 6; mote++) {
            plant.score("mote-" + mote, mote, 0.9);
        }

        assertThat(plant.told).extracting(Alarm::asset).containsExactly("mote-1", "mote-2", "*", "*", "*");
        assertThat(plant.events())
                .containsExactly("raised raised", "raised raised", "raised raised", "updated grown", "updated grown");
        Alarm flood = plant.last();
        assertThat(flood.condition().level()).isEqualTo(Level.FLOOD);
        assertThat(flood.score()).as("new alarms since it began").isEqualTo(4);
        assertThat(flood.threshold()).isEqualTo(2);
        assertThat(flood.contributions()).isEqualTo(Map.of("mote-3", 1.0, "mote-4", 1.0, "mote-5", 1.0, "mote-6", 1.0));
        assertThat(plant.figure("active")).as("single ones are kept").isEqualTo(6);
        assertThat(plant.figure("flooded")).isEqualTo(4);
        assertThat(plant.figure("flood")).isEqualTo(1);
    }

    @Test
    void afterAFloodWhatIsStillActiveIsTold() throws Exception {
        plant(Levels.OF_MODEL, flood(1));
        plant.score("mote-1", 1, 0.9);
        plant.score("mote-2", 2, 0.9);
        plant.score("mote-3", 3, 0.9);
        plant.score("mote-3", 10, 0.1);
        plant.restart();

        plant.score("mote-1", 70, 0.9);
        plant.score("mote-2", 71, 0.9);
        plant.score("mote-3", 72, 0.1);

        assertThat(plant.told)
                .extracting(alarm -> alarm.asset() + " " + alarm.state().text())
                .containsExactly("mote-1 raised", "* raised", "* updated", "* cleared", "mote-2 raised");
        assertThat(plant.eventIds()).doesNotHaveDuplicates();
        assertThat(plant.figure("flood")).isZero();
    }

    @Test
    void aFloodThatALaterStepLostIsToldByTheNextWindow() throws Exception {
        plant(Levels.OF_MODEL, flood(1));
        plant.score("mote-1", 1, 0.9);

        assertThat(plant.fail("mote-2", 2, 0.9)).map(Alarm::asset).contains("*");

        assertThat(plant.score("mote-4", 3, 0.1)).map(Alarm::asset).contains("*");
        assertThat(plant.last().state()).isEqualTo(Alarm.State.RAISED);
    }

    @Test
    void anUpdateThatALaterStepLostIsToldByTheNextWindow() throws Exception {
        plant(TWO_LEVELS, notices(0, false, List.of()));
        plant.score(1, 0.6);

        assertThat(plant.fail("mote-1", 2, 0.9)).isPresent();
        plant.score(3, 0.9);

        assertThat(plant.events()).containsExactly("raised raised", "updated level");
        assertThat(plant.figure("updated")).isEqualTo(1);
    }

    @Test
    void aRaiseThatWasLostAndIsOverIsNotClearedForTheCloud() throws Exception {
        plant(Levels.OF_MODEL, notices(0, false, List.of()));

        plant.fail("mote-1", 1, 0.9);
        plant.score(2, 0.1);
        plant.score(3, 0.1);

        assertThat(plant.told).isEmpty();
    }

    @Test
    void saysHowManyAlarmsTenMinutesHaveAndWhoMakesThem() throws Exception {
        plant(Levels.OF_MODEL, notices(0, false, List.of()));
        for (int second = 1; second <= 6; second++) {
            plant.score("mote-1", second, second % 2 == 0 ? 0.1 : 0.9);
        }
        plant.clock.forward(Duration.ofMinutes(9));
        plant.score("mote-2", 1, 0.9);

        assertThat(plant.figure("alarmsIn10Minutes")).isEqualTo(4);
        plant.clock.forward(Duration.ofMinutes(2));
        assertThat(plant.figure("alarmsIn10Minutes")).isEqualTo(1);
        assertThat(plant.alarms.status().get(0).facts())
                .isEqualTo(Map.of("topTalker.1", "mote-1 3", "topTalker.2", "mote-2 1"));
    }
}
