package io.qanat.alarm;

import io.qanat.api.Alarm.Level;
import io.qanat.api.Score;
import java.util.OptionalDouble;

/**
 * From where on an alarm is raised, and below what it is cleared.
 *
 * <p>A clear level that is not given is a fifth of the raise level's size below it. A score between the two changes
 * nothing, so that one that wavers around a level does not raise again and again.
 *
 * @param raiseAbove the limit {@code high}; when not given, the threshold that comes with each score
 * @param clearBelow of {@code high}; never above it
 * @param highHighAbove the limit {@code high-high}; when not given there is none
 * @param highHighClearBelow of {@code high-high}; never above it
 * @param rateAbove the limit of the score's rise per second; when not given it may rise as it likes
 */
public record Levels(
        OptionalDouble raiseAbove,
        OptionalDouble clearBelow,
        OptionalDouble highHighAbove,
        OptionalDouble highHighClearBelow,
        OptionalDouble rateAbove) {
    private static final double DEFAULT_GAP = 0.2;

    /** The threshold of the scores alone. */
    public static final Levels OF_MODEL = high(OptionalDouble.empty(), OptionalDouble.empty());

    public Levels {
        raiseAbove.ifPresent(level -> Require.finite(level, "raiseAbove"));
        clearBelow.ifPresent(level -> Require.finite(level, "clearBelow"));
        highHighAbove.ifPresent(level -> Require.finite(level, "highHighAbove"));
        highHighClearBelow.ifPresent(level -> Require.finite(level, "highHighClearBelow"));
        rateAbove.ifPresent(level -> Require.finite(level, "rateAbove"));
        requireOrder(clearBelow, "clearBelow", raiseAbove, "raiseAbove", "or one score could raise and clear");
        requireOrder(
                highHighClearBelow, "highHighClearBelow", highHighAbove, "highHighAbove", "or one score could do both");
        requireOrder(raiseAbove, "raiseAbove", highHighAbove, "highHighAbove", "high-high is the level above high");
        if (highHighClearBelow.isPresent() && highHighAbove.isEmpty()) {
            throw new IllegalArgumentException("highHighClearBelow is " + highHighClearBelow.getAsDouble()
                    + " without highHighAbove: give the level that it belongs to");
        }
        if (rateAbove.isPresent() && rateAbove.getAsDouble() <= 0) {
            throw new IllegalArgumentException("rateAbove is " + rateAbove.getAsDouble()
                    + ": it must be above 0, since only a rising score is alarming");
        }
    }

    /** With the one limit {@code high}. */
    public static Levels high(OptionalDouble raiseAbove, OptionalDouble clearBelow) {
        return new Levels(
                raiseAbove, clearBelow, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    private static void requireOrder(
            OptionalDouble lower, String lowerName, OptionalDouble upper, String upperName, String why) {
        if (lower.isPresent() && upper.isPresent() && lower.getAsDouble() > upper.getAsDouble()) {
            throw new IllegalArgumentException(lowerName + " is " + lower.getAsDouble() + " with " + upperName + " "
                    + upper.getAsDouble() + ": it must not be higher, " + why);
        }
    }

    /** The limit of the level; {@code threshold} is that of the model. */
    double raise(Level level, double threshold) {
        return switch (level) {
            case HIGH_HIGH -> highHighAbove.orElse(threshold);
            case RATE -> rateAbove.orElse(threshold);
            default -> raiseAbove.orElse(threshold);
        };
    }

    /** Below which windows speak for leaving the level. */
    double clear(Level level, double threshold) {
        double raise = raise(level, threshold);
        return switch (level) {
            case HIGH_HIGH -> below(raise, highHighClearBelow);
            case RATE -> below(raise, OptionalDouble.empty());
            default -> below(raise, clearBelow);
        };
    }

    private static double below(double raise, OptionalDouble given) {
        return Math.min(raise, given.isPresent() ? given.getAsDouble() : raise - DEFAULT_GAP * Math.abs(raise));
    }

    /** The score from which windows speak for raising. */
    double raiseLevel(Score score) {
        return raise(Level.HIGH, score.threshold());
    }

    /** The score below which windows speak for clearing. */
    double clearLevel(Score score) {
        return clear(Level.HIGH, score.threshold());
    }
}
