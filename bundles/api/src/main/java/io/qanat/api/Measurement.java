package io.qanat.api;

import java.util.Objects;

/**
 * One channel's value in a reading.
 *
 * @param channel name of the channel, such as {@code temperature}
 * @param value a finite number in {@code unit}
 * @param unit the unit as the source wrote it, empty when it gave none
 */
public record Measurement(String channel, double value, String unit) {
    public Measurement {
        Require.text(channel, "channel");
        Require.finite(value, "value of channel " + channel);
        Objects.requireNonNull(unit, "unit");
    }
}
