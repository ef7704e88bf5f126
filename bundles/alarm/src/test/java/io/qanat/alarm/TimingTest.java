package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimingTest {
    private static final double RAISE = 0.5;
    private static final double CLEAR = 0.4;

    private LimitState state = LimitState.OFF;
    private int second;

    @Test
    void raisesAfterEnoughWindowsInARow() {
        Timing timing = Timing.inARow(2, 4);
        assertThat(after(timing, 0.5).on()).isFalse();
        assertThat(after(timing, 0.9)).isEqualTo(LimitState.ON);
    }

    @Test
    void aWindowBelowTheRaiseLevelEndsTheRow() {
        assertThat(after(Timing.inARow(2, 4), 0.5, 0.49)).isSameAs(LimitState.OFF);
        assertThat(after(Timing.inARow(2, 4), 0.5).on()).isFalse();
    }

    @Test
    void clearsAfterEnoughWindowsInARow() {
        Timing timing = Timing.inARow(2, 4);
        assertThat(after(timing, 0.5, 0.5, 0.39, 0.39, 0.39).on()).isTrue();
        assertThat(after(timing, 0.39)).isSameAs(LimitState.OFF);
    }

    @Test
    void aWindowThatIsNotBelowTheClearLevelEndsTheRowThatClears() {
        Timing timing = Timing.inARow(2, 4);
        assertThat(after(timing, 0.5, 0.5, 0.3, 0.3, 0.3, 0.4, 0.3, 0.3, 0.3).on())
                .isTrue();
        assertThat(after(timing, 0.3).on()).isFalse();
    }

    @Test
    void aWindowThatSaysNothingNewGivesTheVerySameState() {
        Timing timing = Timing.inARow(2, 4);
        assertThat(after(timing, 0.1, 0.2)).isSameAs(LimitState.OFF);
        LimitState on = after(timing, 0.5, 0.5);
        assertThat(after(timing, 0.45, 0.41, 0.49)).isSameAs(on);
    }

    @Test
    void raisesByNOfMWindows() {
        Timing threeOfFive = new Timing(3, 5, 1, Duration.ZERO, Duration.ZERO);
        assertThat(after(threeOfFive, 0.9, 0.1, 0.9, 0.1, 0.1, 0.9).on())
                .as("two of the last five")
                .isFalse();
        assertThat(after(threeOfFive, 0.9, 0.9).on()).isTrue();
    }

    @Test
    void onDelayHoldsTheRaiseBackInTheSourcesTime() {
        Timing delayed = new Timing(1, 1, 1, Duration.ofSeconds(3), Duration.ZERO);
        assertThat(after(delayed, 0.9, 0.9, 0.9).on()).as("2 s after the first").isFalse();
        assertThat(after(delayed, 0.9).on()).as("3 s after the first").isTrue();
    }

    @Test
    void onDelayBeginsAnewWhenTheConditionWasInterrupted() {
        Timing delayed = new Timing(1, 1, 1, Duration.ofSeconds(3), Duration.ZERO);
        assertThat(after(delayed, 0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9).on()).isFalse();
        assertThat(after(delayed, 0.9).on()).isTrue();
    }

    @Test
    void offDelayHoldsTheClearBackInTheSourcesTime() {
        Timing delayed = new Timing(1, 1, 1, Duration.ZERO, Duration.ofSeconds(2));
        assertThat(after(delayed, 0.9, 0.1, 0.1).on()).isTrue();
        assertThat(after(delayed, 0.9, 0.1, 0.1).on()).as("interrupted").isTrue();
        assertThat(after(delayed, 0.1).on()).isFalse();
    }

    @Test
    void aStateIsReadBackAsItWasWritten() {
        for (LimitState written : new LimitState[] {
            LimitState.OFF,
            LimitState.ON,
            new LimitState(false, -1, Optional.of(Scores.START)),
            new LimitState(true, 3, Optional.empty())
        }) {
            assertThat(LimitState.parse(written.text())).isEqualTo(written);
        }
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> Timing.inARow(0, 4)).hasMessageContaining("raiseAfter is 0");
        assertThatThrownBy(() -> Timing.inARow(2, 0)).hasMessageContaining("clearAfter is 0");
        assertThatThrownBy(() -> new Timing(3, 2, 1, Duration.ZERO, Duration.ZERO))
                .hasMessage("raiseOf is 2 with raiseAfter 3: it must be raiseAfter to 64 windows");
        assertThatThrownBy(() -> new Timing(3, 65, 1, Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("raiseOf is 65");
        assertThatThrownBy(() -> new Timing(1, 1, 1, Duration.ofMillis(-1), Duration.ZERO))
                .hasMessageContaining("onDelay is -1 ms");
    }

    /** The state after these scores, one window a second. */
    private LimitState after(Timing timing, double... scores) {
        for (double value : scores) {
            state = timing.next(state, value, RAISE, CLEAR, Scores.START.plusSeconds(++second));
        }
        return state;
    }
}
