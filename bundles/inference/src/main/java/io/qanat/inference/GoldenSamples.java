package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.Window;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Windows with the scores that a variant must give for them.
 *
 * @param windows at least one
 * @param scores as many as windows
 */
record GoldenSamples(List<Window> windows, List<Float> scores) {
    private static final String ASSET = "golden sample";

    GoldenSamples {
        windows = List.copyOf(windows);
        scores = List.copyOf(scores);
    }

    /** Reads {@code {"input": [[[number per channel] per reading] per window], "expected": {"int8": {"score": []}}}}. */
    static GoldenSamples read(Path file, WindowSpec shape, String variant) throws ModelException {
        JsonFields json = JsonFields.read(file);
        int count = json.length("input");
        float[] values =
                json.numbers("input", count, shape.length(), shape.channels().size());
        float[] expected = json.object("expected").object(variant).numbers("score", count);
        List<Window> windows = new ArrayList<>();
        List<Float> scores = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] one = Arrays.copyOfRange(values, i * shape.size(), (i + 1) * shape.size());
            windows.add(new Window(ASSET, shape.channels(), one, Instant.EPOCH, Instant.EPOCH, 0));
            scores.add(expected[i]);
        }
        return new GoldenSamples(windows, scores);
    }
}
