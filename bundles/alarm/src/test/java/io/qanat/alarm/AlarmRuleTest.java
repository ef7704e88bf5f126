package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.alarm.AlarmState.Last;
import io.qanat.alarm.AlarmState.Told;
import io.qanat.alarm.OperatorState.Of;
import io.qanat.alarm.OperatorState.Reset;
import io.qanat.api.Alarm.Act;
import io.qanat.api.Alarm.Level;
import io.qanat.api.Alarm.Shelving;
import io.qanat.api.Score;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AlarmRuleTest {
    private static final OptionalDouble NONE = OptionalDouble.empty();
    private static final AlarmRule RULE = new AlarmRule(NONE, NONE, 2, 4);
    private static final Act ACT = new Act("anna", Scores.START, "seen, 100 % sure = \u00fcber");

    private AlarmState state = AlarmState.INITIAL;
    private int second;

    @Test
    void keepsTheHighestScoreSinceItWasRaised() {
        after(0.5, 0.6, 0.9, 0.7);
        assertThat(state.active()).map(Active::peak).contains(0.9);
    }

    @Test
    void aWindowThatSaysNothingNewChangesNothing() {
        assertThat(after(0.1, 0.2, 0.1)).isSameAs(AlarmState.INITIAL);
        AlarmState active = after(0.5, 0.5);
        assertThat(after(0.45, 0.41, 0.49)).isSameAs(active);
    }

    @Test
    void aStateCoversTheWindowsThatEndedByItsLastChange() {
        after(0.5);
        assertThat(state.covers(Scores.score("mote-1", 1, 0.5))).isTrue();
        assertThat(state.covers(Scores.score("mote-1", 2, 0.5))).isFalse();
    }

    @Test
    void theGivenLevelsGoBeforeTheModelsThreshold() {
        Levels given = Levels.high(OptionalDouble.of(0.9), OptionalDouble.of(0.2));
        assertThat(given.raise(Level.HIGH, 0.5)).isEqualTo(0.9);
        assertThat(given.clear(Level.HIGH, 0.5)).isEqualTo(0.2);
    }

    @Test
    void clearsAFifthBelowTheRaiseLevelByDefaultWhateverItsSign() {
        assertThat(Levels.OF_MODEL.clear(Level.HIGH, 0.5)).isCloseTo(0.4, within(1e-12));
        assertThat(Levels.OF_MODEL.clear(Level.HIGH, -0.5)).isCloseTo(-0.6, within(1e-12));
    }

    @Test
    void neverClearsAboveTheLevelAtWhichItRaises() {
        assertThat(Levels.high(NONE, OptionalDouble.of(0.9)).clear(Level.HIGH, 0.5))
                .isEqualTo(0.5);
    }

    @Test
    void noTwoAlarmsOfAnAssetHaveOneInstant() {
        AlarmRule quick = new AlarmRule(NONE, NONE, 1, 1);
        for (double value : new double[] {0.9, 0.1, 0.9}) {
            state = quick.next(state, Scores.score("mote-1", 5, value), false);
        }
        assertThat(state.active())
                .map(Active::raisedAt)
                .contains(Scores.START.plusSeconds(5).plusNanos(1));
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new AlarmRule(OptionalDouble.of(Double.NaN), NONE, 2, 4))
                .hasMessage("raiseAbove is NaN: it must be a finite number");
        assertThatThrownBy(() -> new AlarmRule(OptionalDouble.of(0.5), OptionalDouble.of(0.6), 2, 4))
                .hasMessageContaining("clearBelow is 0.6 with raiseAbove 0.5: it must not be higher");
        assertThatThrownBy(() -> new Levels(OptionalDouble.of(0.5), NONE, OptionalDouble.of(0.4), NONE, NONE))
                .hasMessageContaining("raiseAbove is 0.5 with highHighAbove 0.4");
        assertThatThrownBy(() -> new Levels(NONE, NONE, NONE, OptionalDouble.of(0.4), NONE))
                .hasMessageContaining("highHighClearBelow is 0.4 without highHighAbove");
        assertThatThrownBy(() -> new Levels(NONE, NONE, NONE, NONE, OptionalDouble.of(0)))
                .hasMessageContaining("rateAbove is 0.0: it must be above 0");
    }

    @Test
    void aStateIsReadBackAsItWasWritten() {
        Told told = new Told(Scores.START, Level.HIGH, 0.1 + 0.2, true, true);
        Active active = new Active(Scores.START, Level.HIGH_HIGH, 0.3, true, false, 3, Optional.of(told));
        AlarmState full = new AlarmState(
                Scores.START,
                LimitState.ON,
                new LimitState(false, 5, Optional.of(Scores.START.plusNanos(7))),
                LimitState.ON,
                Optional.of(new Last(Scores.START, -1e-9)),
                Optional.of(active),
                Optional.of(new Ended(Instant.EPOCH, Level.RATE, 4, Scores.START, true, true)));

        assertThat(AlarmState.parse(full.text())).isEqualTo(full);
        AlarmState untold = full.with(active.with(Optional.empty()));
        assertThat(AlarmState.parse(untold.text())).isEqualTo(untold);
        assertThat(AlarmState.parse(AlarmState.INITIAL.text())).isEqualTo(AlarmState.INITIAL);
    }

    @Test
    void readsTheTextOfEarlierVersions() {
        AlarmState quiet = AlarmState.parse("2026-01-01T00:00:15Z 1");
        assertThat(quiet.active()).isEmpty();
        assertThat(quiet.high()).isEqualTo(new LimitState(false, 1, Optional.empty()));
        assertThat(AlarmState.parse("2026-01-01T00:00:15Z 0").high()).isEqualTo(LimitState.OFF);

        AlarmState active = AlarmState.parse("2026-01-01T00:00:23Z 3 2026-01-01T00:00:19Z 0.93");
        assertThat(active.high()).isEqualTo(new LimitState(true, 3, Optional.empty()));
        assertThat(active.active()).map(Active::raisedAt).contains(Instant.parse("2026-01-01T00:00:19Z"));
        assertThat(active.active().orElseThrow().told())
                .as("the cloud knows of it")
                .isPresent();
    }

    @Test
    void whatPersonsDidIsReadBackAsItWasWritten() {
        Told told = new Told(Scores.START, Level.HIGH, 1, false, false);
        OperatorState full = new OperatorState(
                4,
                Optional.of(new Of<>(Scores.START, ACT)),
                Optional.of(new Shelving(ACT, Optional.of(Scores.START))),
                Optional.of(Scores.START),
                Optional.of(new Act("bert", Scores.START, "")),
                Optional.of(new Reset(Scores.START, ACT, true)),
                Optional.of(new Of<>(Scores.START, told)));

        assertThat(OperatorState.parse(full.text())).isEqualTo(full);
        assertThat(OperatorState.parse(OperatorState.NONE.text())).isEqualTo(OperatorState.NONE);
    }

    @Test
    void theBasisOfAnAlarmIsReadBackAsItWasWritten() {
        Score score = new Score(
                "mote-1", Scores.START, Scores.START, 0.7, 0.5, Map.of("a b,=", 0.25, "c", 0.75), Scores.MODEL);
        Basis basis = Basis.of(score, 0.125, Scores.journey(7, false).reading());
        Basis without = Basis.of(
                Scores.score("mote-1", 1, 1),
                Double.NaN,
                Scores.journey(7, false).reading());

        assertThat(Basis.parse("mote-1", basis.text())).isEqualTo(basis);
        assertThat(Basis.parse("mote-1", without.text())).isEqualTo(without);
    }

    @Test
    void refusesAStateThatItCannotRead() {
        for (String text : new String[] {
            "", "now 1", "2026-01-01T00:00:00Z -1", "2026-01-01T00:00:00Z 1 x 2", "a b c", "2 now", "2 x a=1"
        }) {
            assertThatThrownBy(() -> AlarmState.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("remembered '" + text + "'");
            assertThatThrownBy(() -> OperatorState.parse(text)).hasMessageContaining("remembered '" + text + "'");
            assertThatThrownBy(() -> Basis.parse("m", text)).hasMessageContaining("remembered '" + text + "'");
            assertThatThrownBy(() -> Flood.parse(text)).hasMessageContaining("remembered '" + text + "'");
        }
    }

    /** The state after these scores, one window a second. */
    private AlarmState after(double... scores) {
        for (double value : scores) {
            state = RULE.next(state, Scores.score("mote-1", ++second, value), false);
        }
        return state;
    }
}
