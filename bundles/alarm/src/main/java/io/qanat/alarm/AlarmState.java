package io.qanat.alarm;

import io.qanat.api.Alarm.Level;
import io.qanat.api.Score;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the alarm of one asset is, after the last window that changed it. What persons and the clock did to it is in {@link
 * OperatorState}. {@link AlarmStateText} says how it is remembered.
 *
 * @param changedAt {@code observedAt} of the newest reading in the window that changed it last
 * @param high the first limit
 * @param highHigh the second limit
 * @param rate the limit of the rise
 * @param last the last score, where the rise is looked at
 * @param active the alarm, while it is active
 * @param ended the last alarm that was cleared
 */
record AlarmState(
        Instant changedAt,
        LimitState high,
        LimitState highHigh,
        LimitState rate,
        Optional<Last> last,
        Optional<Active> active,
        Optional<Ended> ended) {
    /** Before the first window that says anything. */
    static final AlarmState INITIAL = new AlarmState(
            Instant.MIN,
            LimitState.OFF,
            LimitState.OFF,
            LimitState.OFF,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /**
     * A score.
     *
     * @param to the end of its window
     */
    record Last(Instant to, double value) {}

    /**
     * An alarm that is active.
     *
     * @param raisedAt {@code observedAt} of the reading that raised it
     * @param level the limit that is exceeded, or was until it became normal
     * @param peak the highest score since
     * @param normal whether all limits are kept: it is latched
     * @param suppressed by design
     * @param updates how many updates windows have made of it
     * @param told what the cloud knows; empty: nothing
     */
    record Active(
            Instant raisedAt,
            Level level,
            double peak,
            boolean normal,
            boolean suppressed,
            int updates,
            Optional<Told> told) {
        Active {
            Objects.requireNonNull(raisedAt, "raisedAt");
            Objects.requireNonNull(level, "level");
            Objects.requireNonNull(told, "told");
            Require.finite(peak, "peak");
        }

        Active with(Optional<Told> known) {
            return new Active(raisedAt, level, peak, normal, suppressed, updates, known);
        }

        /** What the cloud knows once it is told how the alarm is now. */
        Told now(Instant at) {
            return new Told(at, level, peak, normal, suppressed);
        }
    }

    /**
     * What the cloud knows of an active alarm.
     *
     * @param at when it was told, by the gateway's clock
     */
    record Told(Instant at, Level level, double peak, boolean normal, boolean suppressed) {
        Told {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(level, "level");
            Require.finite(peak, "peak");
        }
    }

    /**
     * An alarm that is over.
     *
     * @param clearedAt {@code observedAt} of the reading that cleared it
     * @param known whether the cloud knows that it was raised
     * @param owed whether it knows that, and not yet that it is over
     */
    record Ended(Instant raisedAt, Level level, double peak, Instant clearedAt, boolean known, boolean owed) {
        Ended {
            Objects.requireNonNull(raisedAt, "raisedAt");
            Objects.requireNonNull(level, "level");
            Objects.requireNonNull(clearedAt, "clearedAt");
            Require.finite(peak, "peak");
        }

        Ended with(boolean isKnown, boolean isOwed) {
            return new Ended(raisedAt, level, peak, clearedAt, isKnown, isOwed);
        }
    }

    AlarmState {
        Objects.requireNonNull(changedAt, "changedAt");
        Objects.requireNonNull(high, "high");
        Objects.requireNonNull(highHigh, "highHigh");
        Objects.requireNonNull(rate, "rate");
        Objects.requireNonNull(last, "last");
        Objects.requireNonNull(active, "active");
        Objects.requireNonNull(ended, "ended");
    }

    /** Reads what {@link #text}, also of an earlier version, wrote. */
    static AlarmState parse(String text) {
        try {
            return AlarmStateText.parse(text);
        } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "remembered '" + text + "': no state of an alarm; was it written by a newer version?", e);
        }
    }

    String text() {
        return AlarmStateText.write(this);
    }

    AlarmState with(Active alarm) {
        return new AlarmState(changedAt, high, highHigh, rate, last, Optional.of(alarm), ended);
    }

    AlarmState with(Ended alarm) {
        return new AlarmState(changedAt, high, highHigh, rate, last, active, Optional.of(alarm));
    }

    /**
     * The active alarm is over by a reset.
     *
     * @param known whether the cloud knows that it was raised
     * @param owed whether it is still to be told that it is over
     */
    AlarmState reset(boolean known, boolean owed) {
        Active alarm = active.orElseThrow();
        Ended over = new Ended(alarm.raisedAt(), alarm.level(), alarm.peak(), changedAt, known, owed);
        return new AlarmState(
                changedAt, LimitState.OFF, LimitState.OFF, LimitState.OFF, last, Optional.empty(), Optional.of(over));
    }

    /** Whether the window of a score was decided with the last change or before it. */
    boolean covers(Score score) {
        return !score.to().isAfter(changedAt);
    }

    /** Whether the alarm that is active is the one that was raised then. */
    boolean isActive(Instant raisedAt) {
        return active.isPresent() && active.get().raisedAt().equals(raisedAt);
    }
}
