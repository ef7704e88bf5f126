package io.qanat.api;

import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Consecutive readings of one asset, ready for a model.
 *
 * @param asset whose readings they are
 * @param channels the columns, in the order of {@code values}
 * @param values row-major {@code [length, channels]}, oldest reading first, raw units
 * @param from {@code observedAt} of the oldest reading
 * @param to {@code observedAt} of the newest reading
 * @param arrivalNanos {@link System#nanoTime()} at which the reading arrived that completed the window
 */
public record Window(String asset, List<String> channels, float[] values, Instant from, Instant to, long arrivalNanos) {
    public Window {
        Require.text(asset, "asset");
        channels = List.copyOf(channels);
        values = values.clone();
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        if (channels.isEmpty() || values.length == 0 || values.length % channels.size() != 0) {
            throw new IllegalArgumentException("window of " + asset + " has " + values.length + " values for "
                    + channels.size() + " channels: it must have whole rows and at least one");
        }
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("window of " + asset + " ends at " + to + ", before its start " + from);
        }
    }

    /** A copy, row-major {@code [length, channels]}. */
    @Override
    public float[] values() {
        return values.clone();
    }

    /** Number of readings. */
    public int length() {
        return values.length / channels.size();
    }

    /** Writes the {@code length x channels} values to {@code target}'s position, without another copy. */
    public void copyTo(FloatBuffer target) {
        target.put(values);
    }
}
