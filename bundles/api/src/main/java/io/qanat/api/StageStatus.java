package io.qanat.api;

import java.util.Map;

/**
 * What one stage says of itself at one moment.
 *
 * @param stage the stage and, where there are several, its name: {@code onnx:mote-detector}
 * @param figures counts and measures by name, such as {@code batches} or {@code latencyP50Millis}
 * @param facts texts by name, such as {@code model.version}
 */
public record StageStatus(String stage, Map<String, Number> figures, Map<String, String> facts) {
    public StageStatus {
        Require.text(stage, "stage");
        figures = Map.copyOf(figures);
        facts = Map.copyOf(facts);
    }

    /** The figure as a count, 0 when the stage does not give it. */
    public long count(String name) {
        return figures.getOrDefault(name, 0L).longValue();
    }

    /** The figure as a measure, 0 when the stage does not give it. */
    public double measure(String name) {
        return figures.getOrDefault(name, 0.0).doubleValue();
    }
}
