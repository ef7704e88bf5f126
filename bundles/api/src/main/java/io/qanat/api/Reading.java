package io.qanat.api;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What one asset measured at one instant: one message, one or more channels.
 *
 * @param entry its row in the {@link Journal}
 * @param source the ingress that it came through
 * @param asset what was measured
 * @param observedAt when, by the source's clock
 * @param receivedAt when it arrived, by the gateway's clock
 * @param arrivalNanos {@link System#nanoTime()} at arrival, to measure latency
 * @param measurements at least one, each channel once
 */
public record Reading(
        long entry,
        String source,
        String asset,
        Instant observedAt,
        Instant receivedAt,
        long arrivalNanos,
        List<Measurement> measurements) {
    public Reading {
        Require.notNegative(entry, "entry");
        Require.text(source, "source");
        Require.text(asset, "asset");
        Objects.requireNonNull(observedAt, "observedAt");
        Objects.requireNonNull(receivedAt, "receivedAt");
        measurements = List.copyOf(measurements);
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException("reading of " + asset + " has no measurement: give at least one");
        }
    }
}
