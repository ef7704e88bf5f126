package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.api.Score;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AlarmRuleTest {
    private static final OptionalDouble NONE = OptionalDouble.empty();
    private static final AlarmRule RULE = new AlarmRule(NONE, NONE, 2, 4);

    private AlarmState state = AlarmState.INITIAL;
    private int second;

    @Test
    void raisesAfterEnoughWindowsInARow() {
        assertThat(after(0.5).active()).isEmpty();
        assertThat(after(0.9).active()).contains(new Active(Scores.START.plusSeconds(2), 0.9));
    }

    @Test
    void aWindowBelowTheRaiseLevelEndsTheRow() {
        after(0.5, 0.49, 0.5);
        assertThat(state.active()).isEmpty();
        assertThat(state.streak()).isEqualTo(1);
    }

    @Test
    void clearsAfterEnoughWindowsInARow() {
        after(0.5, 0.5);
        assertThat(after(0.39, 0.39, 0.39).active()).isPresent();
        assertThat(after(0.39).active()).isEmpty();
    }

    @Test
    void aWindowThatIsNotBelowTheClearLevelEndsTheRowThatClears() {
        after(0.5, 0.5, 0.3, 0.3, 0.3, 0.4);
        assertThat(after(0.3, 0.3, 0.3).active()).isPresent();
        assertThat(after(0.3).active()).isEmpty();
    }

    @Test
    void remainsActiveBetweenTheLevels() {
        after(0.5, 0.5);
        AlarmState active = state;
        assertThat(after(0.45, 0.41, 0.49, 0.42, 0.45)).isSameAs(active);
    }

    @Test
    void keepsTheHighestScoreSinceItWasRaised() {
        after(0.5, 0.6, 0.9, 0.7);
        assertThat(state.active()).map(Active::peak).contains(0.9);
    }

    @Test
    void aWindowThatSaysNothingNewChangesNothing() {
        assertThat(after(0.1, 0.2, 0.1)).isSameAs(AlarmState.INITIAL);
    }

    @Test
    void aStateCoversTheWindowsThatEndedByItsLastChange() {
        after(0.5);
        assertThat(state.covers(Scores.score("mote-1", 1, 0.5))).isTrue();
        assertThat(state.covers(Scores.score("mote-1", 2, 0.5))).isFalse();
    }

    @Test
    void theGivenLevelsGoBeforeTheModelsThreshold() {
        AlarmRule given = new AlarmRule(OptionalDouble.of(0.9), OptionalDouble.of(0.2), 1, 1);
        Score score = Scores.score("mote-1", 0, 0.1);
        assertThat(given.raiseLevel(score)).isEqualTo(0.9);
        assertThat(given.clearLevel(score)).isEqualTo(0.2);
    }

    @Test
    void clearsAFifthBelowTheRaiseLevelByDefaultWhateverItsSign() {
        assertThat(RULE.clearLevel(withThreshold(0.5))).isCloseTo(0.4, within(1e-12));
        assertThat(RULE.clearLevel(withThreshold(-0.5))).isCloseTo(-0.6, within(1e-12));
    }

    @Test
    void neverClearsAboveTheLevelAtWhichItRaises() {
        AlarmRule high = new AlarmRule(NONE, OptionalDouble.of(0.9), 1, 1);
        assertThat(high.clearLevel(withThreshold(0.5))).isEqualTo(0.5);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new AlarmRule(OptionalDouble.of(Double.NaN), NONE, 2, 4))
                .hasMessage("raiseAbove is NaN: it must be a finite number");
        assertThatThrownBy(() -> new AlarmRule(OptionalDouble.of(0.5), OptionalDouble.of(0.6), 2, 4))
                .hasMessageContaining("clearBelow is 0.6 with raiseAbove 0.5: it must not be higher");
        assertThatThrownBy(() -> new AlarmRule(NONE, NONE, 0, 4)).hasMessageContaining("raiseAfter is 0");
        assertThatThrownBy(() -> new AlarmRule(NONE, NONE, 2, 0)).hasMessageContaining("clearAfter is 0");
    }

    @Test
    void aStateIsReadBackAsItWasWritten() {
        AlarmState quiet = new AlarmState(Scores.START, 1, Optional.empty());
        AlarmState active = new AlarmState(Scores.START, 3, Optional.of(new Active(Scores.START, 0.1 + 0.2)));
        assertThat(AlarmState.parse(quiet.text())).isEqualTo(quiet);
        assertThat(AlarmState.parse(active.text())).isEqualTo(active);
    }

    @Test
    void refusesAStateThatItCannotRead() {
        for (String text :
                new String[] {"", "now 1", "2026-01-01T00:00:00Z -1", "2026-01-01T00:00:00Z 1 x 2", "a b c"}) {
            assertThatThrownBy(() -> AlarmState.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("remembered '" + text + "'");
        }
    }

    /** The state after these scores, one window a second. */
    private AlarmState after(double... scores) {
        for (double value : scores) {
            state = RULE.next(state, Scores.score("mote-1", ++second, value));
        }
        return state;
    }

    private static Score withThreshold(double threshold) {
        return new Score("mote-1", Scores.START, Scores.START, 0, threshold, Map.of(), Scores.MODEL);
    }
}
