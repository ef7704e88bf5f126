package io.qanat.inference;

import io.qanat.api.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows with the scores that the running variant must give them.
 *
 * @param inputs row-major {@code [length, channels]} each
 * @param scores one for each input
 */
record GoldenSamples(List<float[]> inputs, List<Float> scores) {
    GoldenSamples {
        inputs = List.copyOf(inputs);
        scores = List.copyOf(scores);
        if (inputs.isEmpty() || inputs.size() != scores.size()) {
            throw new IllegalArgumentException("golden samples have " + inputs.size() + " inputs and " + scores.size()
                    + " scores: there must be as many of both, and at least one");
        }
    }

    static GoldenSamples read(Path file, Manifest manifest, String variant) throws ModelException {
        Field top = Field.read(file);
        List<float[]> inputs = new ArrayList<>();
        for (Field item : top.get("input").items()) {
            inputs.add(numbers(item, manifest.input().width()));
        }
        Field expected = top.get("expected").get(variant).get(Manifest.SCORE);
        List<Float> scores = new ArrayList<>();
        for (float score : numbers(expected, inputs.size())) {
            scores.add(score);
        }
        return new GoldenSamples(inputs, scores);
    }

    private static float[] numbers(Field field, int count) throws ModelException {
        if (!field.node().isArray()) {
            throw field.wrong("a list of " + count + " numbers");
        }
        float[] numbers = field.numbers();
        if (numbers.length != count) {
            throw field.wrong(count + " numbers, but it has " + numbers.length);
        }
        return numbers;
    }
}
