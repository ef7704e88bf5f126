package io.qanat.api;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What a model said of a window.
 *
 * @param asset whose window it was
 * @param from {@code observedAt} of the window's oldest reading
 * @param to {@code observedAt} of the window's newest reading
 * @param value higher is more anomalous; finite
 * @param threshold from which the model calls it anomalous
 * @param contributions share of each channel, by name; empty when the model gives none
 * @param model which model
 */
public record Score(
        String asset,
        Instant from,
        Instant to,
        double value,
        double threshold,
        Map<String, Double> contributions,
        ModelRef model) {
    public Score {
        Require.text(asset, "asset");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Require.finite(value, "score of " + asset);
        Require.finite(threshold, "threshold");
        contributions = Map.copyOf(contributions);
        Objects.requireNonNull(model, "model");
    }
}
