package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.alarm.AlarmState.Last;
import io.qanat.api.Alarm.Level;
import io.qanat.api.Score;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When an alarm is raised, changes its level and is cleared: it is active while one of its limits is exceeded, at the level
 * of the highest one; a latched one stays active until it is reset.
 *
 * @param levels where the limits are
 * @param timing how long it takes to pass one
 * @param notices what is told of it
 */
public record AlarmRule(Levels levels, Timing timing, Notices notices) {
    private static final double NANOS = 1e9;

    public AlarmRule {
        Objects.requireNonNull(levels, "levels");
        Objects.requireNonNull(timing, "timing");
        Objects.requireNonNull(notices, "notices");
    }

    /** Of one limit, without delays. */
    public AlarmRule(OptionalDouble raiseAbove, OptionalDouble clearBelow, int raiseAfter, int clearAfter) {
        this(Levels.high(raiseAbove, clearBelow), Timing.inARow(raiseAfter, clearAfter), Notices.DEFAULT);
    }

    /** What the next window makes of a state: the very same state when it changes nothing. */
    AlarmState next(AlarmState state, Score score, boolean suppressed) {
        LimitState high = limit(Level.HIGH, state.high(), score.value(), score);
        LimitState highHigh = levels.highHighAbove().isPresent()
                ? limit(Level.HIGH_HIGH, state.highHigh(), score.value(), score)
                : LimitState.OFF;
        LimitState rate = levels.rateAbove().isPresent() ? rate(state, score) : LimitState.OFF;
        Optional<Last> last = last(state, score);
        boolean on = high.on() || highHigh.on() || rate.on();
        Level level = highHigh.on() ? Level.HIGH_HIGH : high.on() ? Level.HIGH : Level.RATE;
        Optional<Active> active = active(state, score, on, level, suppressed);
        if (high.equals(state.high())
                && highHigh.equals(state.highHigh())
                && rate.equals(state.rate())
                && last.equals(state.last())
                && active.equals(state.active())) {
            return state;
        }
        return new AlarmState(score.to(), high, highHigh, rate, last, active, ended(state, active, score));
    }

    private LimitState limit(Level level, LimitState state, double value, Score score) {
        double threshold = score.threshold();
        return timing.next(state, value, levels.raise(level, threshold), levels.clear(level, threshold), score.to());
    }

    private LimitState rate(AlarmState state, Score score) {
        double rise = rise(state, score);
        return Double.isNaN(rise) ? state.rate() : limit(Level.RATE, state.rate(), rise, score);
    }

    /** How fast the score rises, per second; not a number when there is no earlier one. */
    double rise(AlarmState state, Score score) {
        if (levels.rateAbove().isEmpty() || state.last().isEmpty()) {
            return Double.NaN;
        }
        Last last = state.last().get();
        Duration time = Duration.between(last.to(), score.to());
        double seconds = time.getSeconds() + time.getNano() / NANOS;
        return seconds > 0 ? (score.value() - last.value()) / seconds : Double.NaN;
    }

    private Optional<Last> last(AlarmState state, Score score) {
        return levels.rateAbove().isPresent() ? Optional.of(new Last(score.to(), score.value())) : state.last();
    }

    private Optional<Active> active(AlarmState state, Score score, boolean on, Level level, boolean suppressed) {
        if (state.active().isEmpty()) {
            return on
                    ? Optional.of(new Active(
                            raisedAt(state, score), level, score.value(), false, suppressed, 0, Optional.empty()))
                    : state.active();
        }
        if (!on && !notices.latch()) {
            return Optional.empty();
        }
        Active was = state.active().get();
        return changed(state.active(), on ? level : was.level(), Math.max(was.peak(), score.value()), !on, suppressed);
    }

    private static Optional<Active> changed(
            Optional<Active> was, Level level, double peak, boolean normal, boolean suppressed) {
        Active alarm = was.orElseThrow();
        return alarm.level() == level
                        && alarm.peak() == peak
                        && alarm.normal() == normal
                        && alarm.suppressed() == suppressed
                ? was
                : Optional.of(
                        new Active(alarm.raisedAt(), level, peak, normal, suppressed, alarm.updates(), alarm.told()));
    }

    /** An alarm's id has its instant in it, and windows may end at the same one: no two alarms do. */
    private static Instant raisedAt(AlarmState state, Score score) {
        return state.ended()
                .map(Ended::raisedAt)
                .filter(before -> !score.to().isAfter(before))
                .map(before -> before.plusNanos(1))
                .orElse(score.to());
    }

    private static Optional<Ended> ended(AlarmState state, Optional<Active> active, Score score) {
        if (state.active().isEmpty() || active.isPresent()) {
            return state.ended();
        }
        Active was = state.active().get();
        return Optional.of(new Ended(
                was.raisedAt(),
                was.level(),
                Math.max(was.peak(), score.value()),
                score.to(),
                was.told().isPresent(),
                was.told().isPresent()));
    }
}
