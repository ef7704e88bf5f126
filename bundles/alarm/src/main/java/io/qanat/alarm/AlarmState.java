package io.qanat.alarm;

import io.qanat.api.Score;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the alarm of one asset is, after the last window that changed it. It is remembered with each change, as text:
 *
 * <pre>
 * changedAt             streak  raisedAt              peak
 * 2026-01-01T00:00:15Z  1                                    no alarm
 * 2026-01-01T00:00:23Z  0       2026-01-01T00:00:19Z  0.93   an active alarm
 *
 * separated by one space each; instants are ISO-8601
 * </pre>
 *
 * @param changedAt {@code observedAt} of the newest reading in the window that changed it last
 * @param streak how many windows in a row spoke for a change: for raising while there is no alarm, for clearing while
 *     there is one
 * @param active the alarm, while it is active
 */
record AlarmState(Instant changedAt, int streak, Optional<Active> active) {
    /** Before the first window that says anything. */
    static final AlarmState INITIAL = new AlarmState(Instant.MIN, 0, Optional.empty());

    /**
     * An alarm that is active.
     *
     * @param raisedAt {@code observedAt} of the reading that raised it
     * @param peak the highest score since
     */
    record Active(Instant raisedAt, double peak) {
        Active {
            Objects.requireNonNull(raisedAt, "raisedAt");
            if (!Double.isFinite(peak)) {
                throw new IllegalArgumentException("peak is " + peak + ": it must be a finite number");
            }
        }

        Active with(double score) {
            return score > peak ? new Active(raisedAt, score) : this;
        }
    }

    AlarmState {
        Objects.requireNonNull(changedAt, "changedAt");
        Objects.requireNonNull(active, "active");
        if (streak < 0) {
            throw new IllegalArgumentException("streak is " + streak + ": it must not be negative");
        }
    }

    /** Reads what {@link #text} wrote. */
    static AlarmState parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 2 && parts.length != 4) {
            throw new IllegalArgumentException(message(text));
        }
        try {
            Optional<Active> active = parts.length == 2
                    ? Optional.empty()
                    : Optional.of(new Active(Instant.parse(parts[2]), Double.parseDouble(parts[3])));
            return new AlarmState(Instant.parse(parts[0]), Integer.parseInt(parts[1]), active);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException(message(text), e);
        }
    }

    private static String message(String text) {
        return "remembered '" + text
                + "': expected changedAt and streak, and for an active alarm raisedAt and peak; was"
                + " it written by a newer version?";
    }

    String text() {
        return changedAt + " " + streak
                + active.map(alarm -> " " + alarm.raisedAt() + " " + alarm.peak())
                        .orElse("");
    }

    /** Whether the window of a score was decided with the last change or before it. */
    boolean covers(Score score) {
        return !score.to().isAfter(changedAt);
    }

    /** Whether both have the same alarm active, or both none. */
    boolean isSameAlarmAs(AlarmState other) {
        return active.map(Active::raisedAt).equals(other.active.map(Active::raisedAt));
    }

    /** Whether the two differ in what decides later windows, whenever they came about. */
    boolean differsFrom(AlarmState other) {
        return streak != other.streak || !active.equals(other.active);
    }
}
