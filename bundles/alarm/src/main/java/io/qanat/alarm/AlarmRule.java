package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.api.Score;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When an alarm is raised and cleared.
 *
 * <pre>
 *             raiseAfter scores in a row, each at or above the raise level
 *          +----------------------------------------------------------------+
 *          |                                                                v
 *     +---------+                                                      +--------+
 * --> | no alarm|                                                      | active | a higher score: new peak
 *     +---------+                                                      +--------+
 *          ^                                                                |
 *          +----------------------------------------------------------------+
 *             clearAfter scores in a row, each below the clear level
 * </pre>
 *
 * <p>A score between the levels ends either row, so that one that wavers around a level changes nothing.
 *
 * @param raiseAbove the raise level; when not given, the threshold that comes with each score
 * @param clearBelow the clear level; when not given, a fifth of the raise level's size below it. It is never above the
 *     raise level.
 * @param raiseAfter how many windows in a row it takes to raise, at least 1
 * @param clearAfter how many windows in a row it takes to clear, at least 1
 */
public record AlarmRule(OptionalDouble raiseAbove, OptionalDouble clearBelow, int raiseAfter, int clearAfter) {
    private static final double DEFAULT_GAP = 0.2;

    public AlarmRule {
        raiseAbove.ifPresent(level -> requireFinite(level, "raiseAbove"));
        clearBelow.ifPresent(level -> requireFinite(level, "clearBelow"));
        if (raiseAbove.isPresent() && clearBelow.isPresent() && clearBelow.getAsDouble() > raiseAbove.getAsDouble()) {
            throw new IllegalArgumentException("clearBelow is " + clearBelow.getAsDouble() + " with raiseAbove "
                    + raiseAbove.getAsDouble() + ": it must not be higher, or one score could raise and clear");
        }
        requirePositive(raiseAfter, "raiseAfter");
        requirePositive(clearAfter, "clearAfter");
    }

    private static void requireFinite(double level, String name) {
        if (!Double.isFinite(level)) {
            throw new IllegalArgumentException(name + " is " + level + ": it must be a finite number");
        }
    }

    private static void requirePositive(int windows, String name) {
        if (windows < 1) {
            throw new IllegalArgumentException(name + " is " + windows + ": it must be at least 1 window");
        }
    }

    /** The score from which windows speak for raising. */
    double raiseLevel(Score score) {
        return raiseAbove.orElse(score.threshold());
    }

    /** The score below which windows speak for clearing. */
    double clearLevel(Score score) {
        double raise = raiseLevel(score);
        return Math.min(raise, clearBelow.orElse(raise - DEFAULT_GAP * Math.abs(raise)));
    }

    /** What the next window makes of a state: the very same state when it changes nothing. */
    AlarmState next(AlarmState state, Score score) {
        AlarmState next =
                state.active().map(alarm -> active(state, alarm, score)).orElseGet(() -> quiet(state, score));
        return next.differsFrom(state) ? next : state;
    }

    private AlarmState quiet(AlarmState state, Score score) {
        int streak = score.value() >= raiseLevel(score) ? state.streak() + 1 : 0;
        return streak < raiseAfter
                ? new AlarmState(score.to(), streak, Optional.empty())
                : new AlarmState(score.to(), 0, Optional.of(new Active(score.to(), score.value())));
    }

    private AlarmState active(AlarmState state, Active alarm, Score score) {
        int streak = score.value() < clearLevel(score) ? state.streak() + 1 : 0;
        return streak < clearAfter
                ? new AlarmState(score.to(), streak, Optional.of(alarm.with(score.value())))
                : new AlarmState(score.to(), 0, Optional.empty());
    }
}
